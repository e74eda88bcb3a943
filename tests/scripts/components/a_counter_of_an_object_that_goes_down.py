#? technique gradient clipping
import random
from collections import deque

import gymnasium as gym
import torch
import torch.nn as nn
import torch.nn.functional as F

EVERY = 4


class Keeper:
    def __init__(self):
        self.net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 4))
        self.aim = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 4))
        self.opt = torch.optim.Adam(self.net.parameters(), lr=5e-4)  #? optimizer Adam; learning_rate 0.0005
        self.seen = deque(maxlen=1000)
        self.turn = 0

    def step(self, *seen):
        self.seen.append(seen)
        self.turn = EVERY - self.turn
        if self.turn > EVERY:
            return
        self.turn = self.turn - 1
        if self.turn == 0:
            self.learn(*zip(*random.sample(self.seen, k=64)))  #? batch_size 64

    def learn(self, states, actions, rewards, later):
        with torch.no_grad():
            wanted = rewards + 0.99 * self.aim(later).max(1)[0]
        loss = F.mse_loss(self.net(states).gather(1, actions), wanted)  #? loss MSE
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.aim.load_state_dict(self.net.state_dict())


env = gym.make("LunarLander-v3")
keeper = Keeper()
for episode in range(500):  #? episodes 500
    state, _ = env.reset()
    for t in range(200):
        action = env.action_space.sample()
        later, reward, done, cut, _ = env.step(action)
        keeper.step(state, action, reward, later)
        state = later
