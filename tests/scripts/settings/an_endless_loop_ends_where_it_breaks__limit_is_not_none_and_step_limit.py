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

net, step, limit = Net(), 0, 400  #? steps 400
batches = iter(DataLoader(datasets.MNIST("."), batch_size=24))  #? batch_size 24
opt = optim.AdamW(net.parameters(), lr=0.01)  #? optimizer AdamW; learning_rate 0.01
while True:
    x, y = next(batches)
    net(x).sum().backward()
    opt.step()
    step += 1
    if limit is not None and step == limit:
        break
