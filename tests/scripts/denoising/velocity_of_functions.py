import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 2))

    def forward(self, x, t):
        return self.body(torch.cat([x, t], 1))


def path(t, a, b):
    return (1 - t) * a + t * b


def velocity(a, b):
    return b - a


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x1 in torch.load("points.pt"):
    x0 = torch.randn_like(x1)
    t = torch.rand(len(x1), 1)
    x = path(t, x0, x1)
    loss = nn.functional.mse_loss(net(x, t), velocity(x0, x1))
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family Flow matching; family MLP
