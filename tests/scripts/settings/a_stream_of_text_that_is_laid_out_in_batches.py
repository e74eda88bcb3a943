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

def batchify(ids, bsz):
    return ids[: len(ids) // bsz * bsz].view(bsz, -1).t().contiguous()

train, bptt = batchify(torch.load("ids.pt"), 20), 35  #? batch_size 20
net = Net()
opt = optim.SGD(net.parameters(), lr=20.0)  #? optimizer SGD; learning_rate 20.0
for epoch in range(40):  #? epochs 40
    for i in range(0, len(train) - 1, bptt):
        net(train[i : i + bptt]).sum().backward()
        opt.step()
