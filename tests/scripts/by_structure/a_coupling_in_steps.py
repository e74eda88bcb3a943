import torch
from torch import nn


class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 4))

    def forward(self, x):
        a, b = x[:, ::2], x[:, 1::2]
        h = self.inner(a)
        log_width, place = h[:, :2], h[:, 2:]
        width = log_width.exp()
        b = width * b + place  #? family Normalizing flow
        return torch.stack([a, b], 2).flatten(1), log_width.sum(dim=1)


class Chain(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([Part() for _ in range(6)])

    def forward(self, x):
        total = 0
        for part in self.parts:
            x, volume = part(x)
            total = total + volume
        return x, total


net = Chain()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
prior = torch.distributions.Normal(0.0, 1.0)
for x in torch.load("loader.pt"):
    z, volume = net(x)
    loss = -(prior.log_prob(z).sum(1) + volume).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
