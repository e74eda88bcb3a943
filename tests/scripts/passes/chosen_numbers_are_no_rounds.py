import torch
from torch import nn

for seed in [0, 1, 2]:
    torch.manual_seed(seed)
    net = nn.Linear(4, 2)
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for x, y in torch.load("a.pt"):
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? no epochs
