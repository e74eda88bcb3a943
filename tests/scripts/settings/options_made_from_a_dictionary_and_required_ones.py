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

def options():
    defaults = dict(data="", lr=0.004, batch=48, epochs=6, a=1, b=2, c=3, d=4, e=5, f=6)  #? learning_rate 0.004; batch_size 48; epochs 6
    parser = argparse.ArgumentParser()
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", default=value, type=type(value))
    return parser.parse_args()

def load(args):
    if not args.data:
        raise ValueError("which data?")
    return DataLoader(datasets.ImageFolder(args.data), batch_size=args.batch)

args = options()
net = Net()
opt = optim.Adam(net.parameters(), lr=args.lr)  #? optimizer Adam
loader = load(args)
for epoch in range(args.epochs):
    for x, y in loader:
        net(x).sum().backward()
        opt.step()
