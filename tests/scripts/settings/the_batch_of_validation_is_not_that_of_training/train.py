#? script
#? no batch_size; no steps
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

import val
net = Net()
opt = optim.SGD(net.parameters(), lr=0.1)  #? optimizer SGD; learning_rate 0.1
for epoch in range(4):  #? epochs 4
    for x, y in val.unknown_loader("train", size=7):
        net(x).sum().backward()
        opt.step()
    val.run(net, batch_size=99)
