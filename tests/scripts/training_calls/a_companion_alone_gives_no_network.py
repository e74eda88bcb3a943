#? a model
from fastcore.all import *
from torch.nn import *
import torch

kinds = L(resnet18, resnet34)
net = Linear(4, 2)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)  #? optimizer SGD
for epoch in range(3):  #? epochs 3
    for x, y in loader:
        loss = ((net(x) - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
