#? a model; no batch_size; no epochs; no steps
import gym
import torch
from torch import nn

net = nn.Linear(8, 4)
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)  #? optimizer Adam; learning_rate 0.001
env = gym.make("LunarLander-v2")
for i in range(500):  #? episodes 500
    while not done:
        state, reward, done, info = env.step(net(state))
        optimizer.zero_grad()
        net(state).mean().backward()
        optimizer.step()
        if done:
            pass
