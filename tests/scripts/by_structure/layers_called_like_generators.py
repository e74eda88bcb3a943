import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel as DDP
net = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 2))  #? family MLP
real = torch.load("real.pt")
DDP(net)
net = DDP(net)
adam = torch.optim.Adam(net.parameters(), lr=0.5)  #? optimizer Adam
sgd = torch.optim.SGD(net.parameters(), lr=0.25)
for epoch in range(3):
    for x, y in real:
        adam.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        adam.step()
        sgd.step()
