import itertools, torch
from torch import nn
net = nn.Linear(4, 1)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
def endless(loader):
    while True:
        yield from loader
def update(batch):
    net(batch).sum().backward()
    opt.step()
for i in range(10001):  #? steps 10001
    update(next(it))
