import torch
from torch import nn

ROUNDS = 25
net = nn.Linear(4, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in [*range(ROUNDS)]:  #? epochs 25
    for x, y in torch.load("a.pt"):
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
