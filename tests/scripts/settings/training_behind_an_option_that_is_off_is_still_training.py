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
parser.add_argument("--train", action="store_true")
args = parser.parse_args()
if args.train:
    net = Net()
    opt = optim.Adam(net.parameters(), lr=0.004)  #? optimizer Adam; learning_rate 0.004
    for epoch in range(8):  #? epochs 8
        for x, y in DataLoader(datasets.MNIST("."), batch_size=12):  #? batch_size 12
            net(x).sum().backward()
            opt.step()
