import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, users, items, width=32):
        super().__init__()
        self.u, self.i = nn.Embedding(users, width), nn.Embedding(items, width)
        self.bu, self.bi = nn.Embedding(users, 1), nn.Embedding(items, 1)

    def forward(self, u, i):
        return (self.u(u) * self.i(i)).sum(1) + self.bu(u).squeeze() + self.bi(i).squeeze()


net = Net(943, 1682)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(20):
    for u, i, r in torch.load("ratings.pt"):
        loss = nn.functional.mse_loss(net(u, i), r)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? family Matrix factorisation
#? task recommendation
