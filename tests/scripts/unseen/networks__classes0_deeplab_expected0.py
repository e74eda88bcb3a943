import torch
from torch import nn
import torch.nn.functional as F

class ASPP(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv2d(8, 8, 1), nn.Conv2d(8, 8, 3, dilation=6)
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 8, 1))
        self.out = nn.Conv2d(24, 8, 1)
    def forward(self, x):
        a = self.one(x)
        b = self.two(x)
        c = self.pool(x)
        c = F.interpolate(c, size=a.size()[2:])
        return self.out(torch.cat((a, b, c), 1))
class DeepLab(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.pool, self.aspp = nn.Conv2d(3, 8, 3), nn.MaxPool2d(2), ASPP()  #? family CNN
    def forward(self, x):
        return F.interpolate(self.aspp(self.pool(self.stem(x))), scale_factor=2)

net = DeepLab()  #? family DeepLab
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
for epoch in range(5):
    F.cross_entropy(net(x), y).backward()
    optimizer.step()
