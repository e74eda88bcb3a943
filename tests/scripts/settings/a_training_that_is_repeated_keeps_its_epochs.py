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

import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--itr", type=int, default=2)
args = parser.parse_args()
for ii in range(args.itr):
    net = Net()
    opt = optim.AdamW(net.parameters(), lr=1e-4)  #? optimizer AdamW; learning_rate 0.0001
    for e in range(10):  #? epochs 10
        for x, y in DataLoader(datasets.MNIST("."), batch_size=4):  #? batch_size 4
            net(x).sum().backward()
            opt.step()
