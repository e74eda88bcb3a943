import torch
from torch import nn
from torch.nn import functional


class Levels(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.one = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        self.two = nn.Conv2d(16, 16, 3, stride=2, padding=1)
        self.three = nn.Conv2d(16, 16, 3, stride=2, padding=1)
        self.up = nn.Upsample(scale_factor=2)
        self.fuse = nn.Conv2d(48, classes, 1)

    def forward(self, x):
        a = self.one(x).relu()
        b = self.two(a).relu()
        c = self.three(b).relu()
        high = functional.interpolate(c, size=a.shape[2:])
        mid = functional.interpolate(b, size=a.shape[2:])
        return self.up(self.fuse(torch.cat([high, mid, a], dim=1)))


net = Levels(5)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(5):
    for x, y in torch.load("maps.pt"):
        opt.zero_grad()
        functional.cross_entropy(net(x), y).backward()
        opt.step()
#? family CNN
