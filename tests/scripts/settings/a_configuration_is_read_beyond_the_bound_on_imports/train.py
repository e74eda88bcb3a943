#? script
#? no steps
import part0
import part1
import part2
import part3
import part4
import part5
import part6
import part7
import part8
import part9
import part10
import part11
import part12
import part13
import part14
import part15
import part16
import part17
import part18
import part19
import part20
import part21
import part22
import part23
import part24
import part25
import part26
import part27
import part28
import part29
import part30
import part31
import part32
import part33
import part34
import part35
import part36
import part37
import part38
import part39
import part40
import part41
import part42
import part43
import part44
import part45
import part46
import part47
import part48
import part49
import part50
import part51
import part52
import part53
import part54
import part55
import part56
import part57
import part58
import part59
from absl import app, flags
from ml_collections import config_flags
FLAGS = flags.FLAGS
config_flags.DEFINE_config_file('config', 'settings.py')

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

loader = DataLoader(datasets.MNIST("."), batch_size=32)  #? batch_size 32
net = Net()
opt = optim.Adam(net.parameters(), lr=FLAGS.config.rate)  #? optimizer Adam
for epoch in range(3):  #? epochs 3
    for x, y in loader:
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
