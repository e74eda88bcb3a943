import torch
from torch import nn
from torch.utils.data import BatchSampler, DataLoader, RandomSampler
data = torch.load("d.pt")
sampler = BatchSampler(RandomSampler(data), 48, False)  #? batch_size 48
loader = DataLoader(data, sampler=sampler, batch_size=None)
tested = DataLoader(data, batch_size=512)
net = nn.Linear(3, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.5)
for epoch in range(3):
    for x in loader:
        opt.zero_grad()
        net(x).sum().backward()
        opt.step()
