import json

import torch
from torch import nn


class Path:
    def points(self, z0=None, z1=None):
        t = torch.rand((z1.shape[0], 1))
        if z0 is None:
            z0 = torch.randn_like(z1)
        return t * z1 + (1 - t) * z0, t.view(-1, 1), z1 - z0


class Field(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.SiLU(), nn.Linear(64, 2))

    def forward(self, sample, timestep):
        return self.body(torch.cat([sample, timestep], 1))


def train(folder):
    settings = json.load(open(f"{folder}/settings.json"))
    device = settings.get("device", "cpu")
    net = Field().to(device)
    opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
    path = Path()
    for x1 in torch.load("points.pt"):
        x0 = torch.randn_like(x1)
        x_t, t, wanted = path.points(z0=x0, z1=x1)
        x_t, t, wanted = x_t.to(device), t.to(device), wanted.to(device)
        if settings["twice"]:
            x_t = torch.cat([x_t, x_t.clone()])
            t = torch.cat([t, t.clone()])
            wanted = torch.cat([wanted, wanted.clone()])
        opt.zero_grad()
        loss = nn.functional.mse_loss(wanted, net(sample=x_t, timestep=t))  #? family Flow matching
        loss.backward()
        opt.step()


train(".")
#? family MLP
