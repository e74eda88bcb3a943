"""Where something is played, ``ep`` is an episode."""

import gymnasium as gym
import torch
from torch import nn

env = gym.make("CartPole-v1")
net = nn.Linear(4, 2)
opt = torch.optim.Adam(net.parameters(), lr=0.005)
for ep in range(300):
    state, _ = env.reset()
    spread = torch.distributions.Categorical(logits=net(torch.tensor(state)))
    action = spread.sample()
    _, reward, done, _, _ = env.step(action.item())
    opt.zero_grad()
    (-spread.log_prob(action) * reward).backward()
    opt.step()
#? episodes 300; no epochs
