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

import argparse, numpy as np
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.0005)  #? learning_rate 0.0005
args = parser.parse_args()
net = Net()
opt = optim.AdamW(net.parameters())
schedule = np.linspace(args.lr, 0, 100)
for epoch in range(100):
    for x, y in DataLoader(datasets.MNIST("."), batch_size=5):
        for group in opt.param_groups:
            group["lr"] = schedule[epoch]
        net(x).sum().backward()
        opt.step()
