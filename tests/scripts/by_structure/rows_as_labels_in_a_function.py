import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 16))

    def forward(self, x):
        return self.body(x)


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()


def info(a, b, temperature):
    scores = torch.matmul(a, b.t())  #? family Contrastive model
    wanted = torch.arange(a.size(0), device=a.device)
    return criterion(scores / temperature, wanted)


for one, two in torch.load("views.pt"):
    loss = info(net(one), net(two), 0.1) + info(net(two), net(one), 0.1)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
