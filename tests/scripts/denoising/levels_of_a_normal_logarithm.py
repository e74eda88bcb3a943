import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 2))

    def forward(self, x, c):
        return self.body(torch.cat([x, c], 1))


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x in torch.load("points.pt"):
    sigma = (torch.randn(len(x), 1) * 1.2 - 1.2).exp()
    noisy = x + sigma * torch.randn_like(x)
    w = (sigma**2 + 0.25) / (sigma * 0.5) ** 2
    loss = (w * (net(noisy, sigma.log() / 4) - x) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family Diffusion; family MLP
