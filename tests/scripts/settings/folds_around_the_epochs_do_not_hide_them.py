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

from sklearn.model_selection import StratifiedKFold
config = {"lr": 2e-5, "num_epochs": 3, "batch_size": 16}  #? learning_rate 2e-05; batch_size 16; epochs 3
data = datasets.MNIST(".")
for i, (train, valid) in enumerate(StratifiedKFold(5).split(data)):
    net = Net()
    opt = optim.AdamW(net.parameters(), lr=config["lr"])  #? optimizer AdamW
    loader = DataLoader(data, batch_size=int(config["batch_size"]))
    for epoch in range(int(config["num_epochs"])):
        for x, y in loader:
            net(x).sum().backward()
            opt.step()
