#? no batch_size; no steps
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

ids = torch.load("ids.pt")
seq_length, net = 30, Net()
opt = optim.Adam(net.parameters(), lr=0.002)  #? optimizer Adam; learning_rate 0.002
for epoch in range(5):  #? epochs 5
    for i in range(0, 900, seq_length):
        net(ids[:, i:i + seq_length]).sum().backward()
        opt.step()
