#? script
import argparse

import torch
from torch import nn

from loaders import get_loader

p = argparse.ArgumentParser()
p.add_argument("--data", choices=["cifar10"], default="cifar10")
args = p.parse_args()
net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 10))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(3):
    for x, y in get_loader(args.data):
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? dataset CIFAR-10
