import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Linear(784, 16)
        self.dec = nn.Linear(16, 10)

    def forward(self, x):
        h = self.enc(x)
        return self.dec(h + 0.1 * torch.randn_like(h))


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x, y in torch.load("x.pt"):
    loss = F.cross_entropy(net(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
