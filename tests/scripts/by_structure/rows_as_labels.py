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
for one, two in torch.load("views.pt"):
    a, b = F.normalize(net(one), dim=1), F.normalize(net(two), dim=1)
    logits = a @ b.T / 0.07  #? family Contrastive model
    loss = F.cross_entropy(logits, torch.arange(len(a)))
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
