import torch
from torch import nn


class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 4))

    def forward(self, x):
        a, b = x[:, :2], x[:, 2:]
        s, t = self.inner(a).split(2, dim=1)
        y = (b - t) * (-s).exp()  #? family Normalizing flow
        return torch.cat([a, y], dim=1), -torch.sum(s, dim=1)


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
