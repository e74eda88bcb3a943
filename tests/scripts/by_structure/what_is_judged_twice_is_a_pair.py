"""Whatever two networks are called: one makes, the other judges it held fast and free."""

import torch
from torch import nn

painter = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 784))
expert = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 1))
first = torch.optim.Adam(painter.parameters(), lr=2e-4)
second = torch.optim.Adam(expert.parameters(), lr=1e-4)
bce = nn.BCEWithLogitsLoss()
for epoch in range(20):
    for x, _ in torch.load("loader.pt"):
        out = painter(torch.randn(len(x), 16))
        one = bce(expert(x), torch.ones(len(x), 1))
        other = bce(expert(out.detach()), torch.zeros(len(x), 1))
        second.zero_grad()
        (one + other).backward()
        second.step()
        loss = bce(expert(out), torch.ones(len(x), 1))
        first.zero_grad()
        loss.backward()
        first.step()
#? family GAN; family MLP
