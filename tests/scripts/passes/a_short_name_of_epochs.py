"""Where nothing plays, ``ep`` is an epoch."""

import torch
from torch import nn

net = nn.Linear(8, 1)
opt = torch.optim.Adam(net.parameters(), lr=0.005)
x, y = torch.randn(64, 8), torch.randn(64, 1)


def train():
    opt.zero_grad()
    nn.functional.mse_loss(net(x), y).backward()
    opt.step()


for ep in range(1, 201):
    train()
#? epochs 200; no episodes
