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
def pull(p, q, width):
    every = torch.cat([F.normalize(p, dim=1), F.normalize(q, dim=1)])
    grid = torch.mm(every, every.t()) / width  #? family Contrastive model
    grid = grid.masked_fill(torch.eye(len(every)).bool(), -1e9)
    near = torch.cat([grid.diagonal(len(p)), grid.diagonal(-len(p))])
    return (torch.logsumexp(grid, dim=1) - near).mean()


for one, two in torch.load("views.pt"):
    loss = pull(net(one), net(two), 0.5)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
