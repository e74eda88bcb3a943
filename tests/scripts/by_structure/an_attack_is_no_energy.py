import torch
from torch import nn
from torch.nn import functional as F

net = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 10))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)


def attacked(x, y):
    moved = x + 0.01 * torch.randn_like(x)
    for _ in range(5):
        moved.requires_grad_(True)
        slope = torch.autograd.grad(F.cross_entropy(net(moved), y), moved)[0]
        moved = (moved + 0.01 * slope.sign()).detach()
    return moved


for x, y in torch.load("loader.pt"):
    loss = F.cross_entropy(net(attacked(x, y)), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
