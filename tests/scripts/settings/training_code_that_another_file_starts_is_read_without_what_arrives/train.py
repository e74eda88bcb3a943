#? script
#? a model; no batch_size; no epochs; no steps
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

def step(net, opt, x, y):
    nn.functional.cross_entropy(net(x), y).backward()
    opt.step()

def train_and_evaluate(config):
    loader = DataLoader(datasets.MNIST("."), batch_size=config.batch_size)  #? dataset MNIST
    net = Net()
    opt = optim.SGD(net.parameters(), lr=0.1)  #? optimizer SGD; learning_rate 0.1
    for epoch in range(config.epochs):
        for x, y in loader:
            step(net, opt, x, y)
