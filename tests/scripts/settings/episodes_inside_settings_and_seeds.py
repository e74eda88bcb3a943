import random
import gymnasium as gym
import torch
from torch import nn
def play(config, seed, n_episodes):
    env = gym.make("CartPole-v1")
    net, target = nn.Linear(4, 2), nn.Linear(4, 2)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
    memory = []
    for ep in range(n_episodes):
        state, _ = env.reset()
        for t in range(100):
            action = random.randrange(2)
            later, reward, done, _, _ = env.step(action)
            memory.append((state, action, reward, later, done))
            s, a, r, n, d = map(torch.tensor, zip(*random.sample(memory, 16)))
            goal = r + 0.99 * target(n).max(1)[0] * (1 - d)
            loss = nn.functional.mse_loss(net(s).gather(1, a[:, None])[:, 0], goal)
            optimizer.zero_grad(); loss.backward(); optimizer.step()
for config in ["plain", "double"]:
    for seed in range(1, 6):
        play(config, seed, 800)  #? episodes 800
