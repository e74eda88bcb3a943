import torch
from torch import nn

net = nn.Linear(4, 2)
opt = torch.optim.SGD(net.parameters(), lr=[0.1, 0.01, 0.001][1:][0])  #? learning_rate 0.01
rounds = list(range(1, 41))  #? epochs 40
for epoch in rounds:
    for x, y in torch.load("a.pt"):
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
