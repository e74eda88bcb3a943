import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 2))

    def forward(self, x, t):
        return self.body(torch.cat([x, t], 1))


class Flow:
    def sample(self, z1):
        z0 = torch.randn_like(z1)
        t = torch.rand(len(z1), 1)
        return (1 - t) * z0 + t * z1, t, z1 - z0


flow = Flow()

net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x1 in torch.load("points.pt"):
    x0 = torch.randn_like(x1)
    t = torch.rand(len(x1), 1)
    z, t, wanted = flow.sample(x1)
    loss = ((net(z, t) - wanted) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family Flow matching; family MLP
