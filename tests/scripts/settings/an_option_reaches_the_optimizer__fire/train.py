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

def main(rate=1.0):
    loader = DataLoader(datasets.MNIST("."), batch_size=2)
    net = Net()
    opt = optim.Adam(net.parameters(), lr=rate)
    for epoch in range(3):
        for x, y in loader:
            net(x).sum().backward()
            opt.step()

import fire
class Commands:
    def train(self, rate=0.07):  #? learning_rate 0.07
        main(rate)
if __name__ == "__main__":
    fire.Fire(Commands)
