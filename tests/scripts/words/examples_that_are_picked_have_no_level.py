"""Velocity between noise and data, of examples that are picked together with their conditions."""

import torch
from torch import nn


class Field(nn.Module):
    def __init__(self):
        super().__init__()
        self.kinds = nn.Embedding(4, 16)
        self.net = nn.Sequential(nn.Linear(19, 256), nn.SiLU(), nn.Linear(256, 2))

    def forward(self, z, t, kind):
        return self.net(torch.cat([z, t, self.kinds(kind)], dim=-1))


data = torch.load("latents.pt")
kinds = torch.load("kinds.pt")
field = Field()
optimizer = torch.optim.Adam(field.parameters(), lr=1e-3)
for epoch in range(80):
    order = torch.randperm(len(data))
    for i in range(0, len(data), 1024):
        index = order[i : i + 1024]
        z1, kind = data[index], kinds[index].clone()
        z0 = torch.randn_like(z1)
        t = torch.rand(len(z1), 1)
        loss = ((field((1 - t) * z0 + t * z1, t, kind) - (z1 - z0)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
#? family Flow matching; family MLP
