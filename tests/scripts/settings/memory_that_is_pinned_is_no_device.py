import torch
from torch import nn
from torch.utils.data import DataLoader

net = nn.Linear(4, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for x, y in DataLoader(torch.load("a.pt"), pin_memory=torch.cuda.is_available()):
    loss = nn.functional.cross_entropy(net(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? no hardware
