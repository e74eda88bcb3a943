"""The kept part of a coupling is added to the moved one: no block of a ResNet."""

import torch
from torch import nn


class Couple(nn.Module):
    def __init__(self, mask):
        super().__init__()
        self.mask = mask
        self.inner = nn.Conv2d(3, 16, 3, padding=1)
        self.outer = nn.Conv2d(16, 6, 3, padding=1)

    def forward(self, x):
        s, t = self.outer(torch.relu(self.inner(self.mask * x))).chunk(2, 1)
        kept = self.mask * x
        moved = x * torch.exp(s) + t
        return kept + (1 - self.mask) * moved, s.sum((1, 2, 3))


class Flow(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Couple(n % 2) for n in range(6)])

    def forward(self, x):
        total = 0
        for part in self.parts:
            x, volume = part(x)
            total = total + volume
        return x, total


flow = Flow()
#? family Normalizing flow; family CNN
opt = torch.optim.Adam(flow.parameters(), lr=1e-4)
for epoch in range(9):
    for x in torch.load("pictures.pt"):
        z, volume = flow(x)
        loss = (0.5 * z.pow(2).sum((1, 2, 3)) - volume).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
