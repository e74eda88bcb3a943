import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, words, width):
        super().__init__()
        self.inside = nn.Embedding(words, width, sparse=True)
        self.outside = nn.Embedding(words, width, sparse=True)

    def forward(self, c, o):
        inside, outside = self.inside(c), self.outside(o)
        return torch.bmm(outside, inside.unsqueeze(2)).squeeze()


net = Net(20_000, 100)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(5):
    for c, o in torch.load("pairs.pt"):
        loss = -net(c, o).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
#? family Word2vec
