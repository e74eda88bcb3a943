import torch
from torch import nn


def accuracy_of(net, loader):
    head = nn.Linear(128, 10)
    opt = torch.optim.SGD(head.parameters(), lr=0.1)
    for epoch in range(5):
        for x, y in loader:
            loss = nn.functional.cross_entropy(head(net(x).detach()), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
    return 0.0
