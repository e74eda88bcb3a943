import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, words, things, width):
        super().__init__()
        self.one, self.other = nn.Embedding(words, width), nn.Embedding(things, width)

    def forward(self, c, o):
        return (self.one(c) * self.other(o)).sum(1)


net = Net(900, 900, 16)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(5):
    for c, o in torch.load("pairs.pt"):
        loss = -net(c, o).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
#? family Matrix factorisation
