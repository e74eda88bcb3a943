#? no batch_size; no epochs; no steps
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

net = Net()
opt = optim.Adam(net.parameters(), lr=1e-3)  #? optimizer Adam; learning_rate 0.001
cycles = 1
while cycles <= 5000:
    for x, y in ready_batches():
        nn.functional.cross_entropy(net(x), y).backward()
        opt.step()
    cycles += 1
