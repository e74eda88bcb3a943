import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, words, width):
        super().__init__()
        self.centre, self.around = nn.Embedding(words, width), nn.Embedding(words, width)

    def forward(self, c, o):
        return nn.functional.logsigmoid((self.centre(c) * self.around(o)).sum(1))


net = Net(5000, 64)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(5):
    for c, o in torch.load("pairs.pt"):
        loss = -net(c, o).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
#? family Word2vec
