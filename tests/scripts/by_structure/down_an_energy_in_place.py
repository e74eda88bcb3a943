import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, x):
        return self.body(x)


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)


def dream(start):
    x = start
    for _ in range(60):
        x.requires_grad_(True)
        (slope,) = torch.autograd.grad(net(x).sum(), [x])
        x.data.add_(slope, alpha=-10)  #? family Energy-based model
        x.data.add_(torch.randn_like(x) * 0.005)
    return x.detach()


for real in torch.load("loader.pt"):
    fake = dream(torch.rand_like(real))
    loss = net(real).mean() - net(fake).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
