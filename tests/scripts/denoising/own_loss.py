import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 2))

    def forward(self, x, sigma):
        return self.body(torch.cat([x, sigma[:, None]], 1))

    def loss(self, x, sigma):
        noise = torch.randn_like(x) * sigma[:, None]
        return ((self(x + noise, sigma) - x) ** 2).mean()  #? family Diffusion


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for points in torch.load("points.pt"):
    loss = net.loss(points, torch.rand(len(points)))
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
