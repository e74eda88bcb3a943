import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 2))

    def forward(self, x, t):
        return self.body(torch.cat([x, t], 1))


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x1 in torch.load("points.pt"):
    x0 = torch.randn_like(x1)
    t = torch.rand(len(x1), 1)
    s = 1e-4
    x = t * x1 + (1 - (1 - s) * t) * x0
    loss = ((net(x, t) - (x1 - (1 - s) * x0)) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family Flow matching; family MLP
