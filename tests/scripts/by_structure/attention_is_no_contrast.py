import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = nn.Linear(32, 32), nn.Linear(32, 32), nn.Linear(32, 32)
        self.out = nn.Linear(32, 10)

    def forward(self, x):
        scores = self.q(x) @ self.k(x).transpose(1, 2) / 32**0.5
        return self.out((scores.softmax(-1) @ self.v(x)).mean(1))


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x, y in torch.load("loader.pt"):
    loss = F.cross_entropy(net(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? no family
