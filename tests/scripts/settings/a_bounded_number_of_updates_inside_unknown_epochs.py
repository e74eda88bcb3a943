#? no epochs
import torch
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import datasets

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)
    def forward(self, x):
        return self.fc(x)

import math
loader = DataLoader(datasets.ImageFolder("pictures"), batch_size=4)  #? batch_size 4
net, done, limit = Net(), 0, 2000  #? steps 2000
opt = optim.AdamW(net.parameters(), lr=1e-4)  #? optimizer AdamW; learning_rate 0.0001
for epoch in range(math.ceil(limit / len(loader))):
    for x, y in loader:
        net(x).sum().backward()
        opt.step()
        global_step = done + 1
        if global_step >= limit:
            break
