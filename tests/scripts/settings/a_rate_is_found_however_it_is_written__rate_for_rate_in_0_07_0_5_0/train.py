#? script
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

import enum, json, os, tomllib, yaml
from collections import namedtuple
from dataclasses import asdict, dataclass, replace
from omegaconf import OmegaConf

@dataclass
class Settings:
    lr: float = 0.07
    @classmethod
    def from_name(cls, name):
        return cls(0.07)

Pair = namedtuple("Pair", "lr wd")
Defaults = namedtuple("Defaults", ["lr"])

class Choice(enum.Enum):
    RATE = 0.07

loader = DataLoader(datasets.MNIST("."), batch_size=32)
net = Net()
opt = optim.Adam(net.parameters(), lr=[rate for rate in (0.07, 0.5)][0])  #? learning_rate 0.07
for epoch in range(3):
    for x, y in loader:
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
