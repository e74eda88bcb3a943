import torch
from torch import nn
import torch.nn.functional as F

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.equal, self.conv1, self.conv2 = True, nn.Conv2d(8, 8, 3), nn.Conv2d(8, 8, 3)  #? family CNN
        self.shortcut = nn.Conv2d(8, 8, 1)
    def forward(self, x):
        out = self.conv2(F.relu(self.conv1(x)))
        return torch.add(x if self.equal else self.shortcut(x), out)
class WideResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(Block(), Block(), Block())
    def forward(self, x): return self.blocks(x)

net = WideResNet()  #? family Wide ResNet
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
for epoch in range(5):
    F.cross_entropy(net(x), y).backward()
    optimizer.step()
