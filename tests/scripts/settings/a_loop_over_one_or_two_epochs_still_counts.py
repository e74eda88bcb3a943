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

class Trainer:
    def __init__(self):
        self.net = Net()
        self.opt = optim.SGD(self.net.parameters(), lr=0.1)  #? optimizer SGD; learning_rate 0.1
    def one_pass(self, loader):
        for x, y in loader:
            self.net(x).sum().backward()
            self.opt.step()
    def main(self):
        loader = DataLoader(datasets.MNIST("."), batch_size=5)  #? batch_size 5
        for n in range(1, 2 + 1):  #? epochs 2
            self.one_pass(loader)

if __name__ == "__main__":
    Trainer().main()
