"""A weight that is called as discounts are makes no game of what a pair learns."""

import torch
from torch import nn

painter = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 784))
expert = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 1))
first = torch.optim.Adam(painter.parameters(), lr=2e-4)
second = torch.optim.Adam(expert.parameters(), lr=1e-4)
gamma = 0.5
for x, _ in torch.load("loader.pt"):
    z = torch.randn(len(x), 16)
    near = (painter(z) - x).abs().mean()
    loss = near + gamma * expert(painter(z)).mean()
    first.zero_grad()
    loss.backward()
    first.step()
    other = expert(x).mean() - expert(painter(z).detach()).mean()
    second.zero_grad()
    other.backward()
    second.step()
#? family WGAN; family MLP
