import torch
from torch import nn, optim
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(4, 8)
        self.two = nn.Linear(8, 1)
    def forward(self, x): return self.two(self.one(x))
net = Net()  #? architecture Net
optimizer = optim.Adam([dict(params=net.one.parameters()), dict(params=net.two.parameters())], lr=0.01)
for epoch in range(5):
    optimizer.zero_grad()
    net(x).sum().backward()
    optimizer.step()
