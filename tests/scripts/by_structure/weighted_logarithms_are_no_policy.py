import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 10), nn.Softmax(-1))

    def forward(self, x):
        return self.body(x)


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x, y in torch.load("loader.pt"):
    right = net(x).gather(1, y[:, None])
    loss = -((1 - right) ** 2 * torch.log(right)).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
