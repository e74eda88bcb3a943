import argparse

import torch
from torch import nn


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        return self.head(self.conv(x).mean((2, 3)))


class Wide(Small):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 5)


class Deep(Small):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3))


def build(name):
    if name == "small":
        net = Small()
    elif name == "wide":
        net = Wide()
    else:
        net = Deep()
    return net


parser = argparse.ArgumentParser()
parser.add_argument("--net", required=True)
args = parser.parse_args()
net = build(args.net)
opt = torch.optim.SGD(net.parameters(), lr=0.1)  #? learning_rate 0.1
for epoch in range(5):  #? epochs 5
    for x, y in torch.load("loader.pt"):
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? a model
#? no architecture
#? no model_class
#? family CNN
