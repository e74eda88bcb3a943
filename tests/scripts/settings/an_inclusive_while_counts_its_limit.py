#? no steps
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

net = Net()
opt = optim.Adam(net.parameters(), lr=0.01)  #? optimizer Adam; learning_rate 0.01
epoch = 1
while epoch <= 10:  #? epochs 10
    for x, y in DataLoader(datasets.MNIST("."), batch_size=24):  #? batch_size 24
        net(x).sum().backward()
        opt.step()
    epoch += 1
