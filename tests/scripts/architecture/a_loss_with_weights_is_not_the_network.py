"""A loss that has weights is trained beside the network, which one cannot see."""

import torch
from torch import nn

from unknown_library import make_network


class ContrastLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = nn.Linear(64, 16)

    def forward(self, a, b):
        return ((self.project(a) - self.project(b)) ** 2).mean()


net = make_network("points")
criterion = ContrastLoss()
opt = torch.optim.Adam([*net.parameters(), *criterion.parameters()], lr=1e-3)
for epoch in range(10):
    for a, b in torch.load("pairs.pt"):
        loss = criterion(net(a), net(b))
        opt.zero_grad()
        loss.backward()
        opt.step()
#? no family; architecture make_network
