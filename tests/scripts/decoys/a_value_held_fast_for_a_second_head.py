"""A second network that learns from held values alone, and judges nothing free, is no opponent."""

import torch
from torch import nn

body = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 16))
head = nn.Linear(16, 10)
probe = nn.Linear(16, 2)
first = torch.optim.Adam([*body.parameters(), *head.parameters()], lr=2e-4)
second = torch.optim.Adam(probe.parameters(), lr=1e-4)
for x, y, z in torch.load("loader.pt"):
    code = body(x)
    loss = nn.functional.cross_entropy(head(code), y)
    first.zero_grad()
    loss.backward()
    first.step()
    other = nn.functional.cross_entropy(probe(code.detach()), z)
    second.zero_grad()
    other.backward()
    second.step()
#? family MLP
