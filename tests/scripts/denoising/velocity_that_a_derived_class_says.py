"""The class that holds the loss leaves open what says the velocity."""

from abc import abstractmethod

import torch
from torch import nn


class Drift(nn.Module):
    @abstractmethod
    def drift(self, z, t): ...

    def forward(self, x):
        t = torch.rand(len(x), 1)
        start = torch.randn_like(x)
        between = (1 - t) * start + t * x
        said = self.drift(between, t)
        return nn.functional.mse_loss(said, x - start)  #? family Flow matching


class Dense(Drift):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.SiLU(), nn.Linear(64, 2))  #? family MLP

    def drift(self, z, t):
        return self.body(torch.cat([z, t], 1))


net = Dense()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for step in range(5000):
    loss = net(torch.load("points.pt"))
    opt.zero_grad()
    loss.backward()
    opt.step()
