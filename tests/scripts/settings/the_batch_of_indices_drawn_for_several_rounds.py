#? no epochs
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

import numpy as np
ROUNDS, BATCH_SIZE = 20, 2048  #? batch_size 2048
net = Net()
opt = optim.Adam(net.parameters(), lr=1e-3)  #? optimizer Adam; learning_rate 0.001
for update in range(1000):  #? steps 1000
    indices = np.random.randint(0, len(x), (ROUNDS, BATCH_SIZE))
    for i in range(ROUNDS):
        nn.functional.cross_entropy(net(x[indices[i]]), y[indices[i]]).backward()
        opt.step()
