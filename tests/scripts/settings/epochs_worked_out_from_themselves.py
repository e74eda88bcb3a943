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

import argparse, math
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=30)  #? epochs 30
parser.add_argument("--max_steps", type=int, default=None)
args = parser.parse_args()
loader = DataLoader(datasets.ImageFolder("pictures"), batch_size=4)
per_epoch = math.ceil(len(loader) / 2)
if args.max_steps is None:
    args.max_steps = args.epochs * per_epoch
per_epoch = math.ceil(len(loader) / 2)
args.epochs = math.ceil(args.max_steps / per_epoch)
net = Net()
opt = optim.AdamW(net.parameters(), lr=1e-4)
for epoch in range(args.epochs):
    for x, y in loader:
        net(x).sum().backward()
        opt.step()
