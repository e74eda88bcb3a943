#? no optimizer; no steps
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

def choose(name, net):
    if name == "adam":
        return optim.Adam(net.parameters(), lr=0.01)  #? learning_rate 0.01
    elif name == "sgd":
        return optim.SGD(net.parameters(), lr=0.01)
    return optim.RMSprop(net.parameters(), lr=0.01)

net = Net()
opt = choose(input(), net)
for epoch in range(8):  #? epochs 8
    for x, y in DataLoader(datasets.MNIST("."), batch_size=12):  #? batch_size 12
        net(x).sum().backward()
        opt.step()
