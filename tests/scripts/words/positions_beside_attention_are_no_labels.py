"""Numbers of rows that positions have, beside attention by hand: nothing is contrasted."""

import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(100, 32), nn.Embedding(64, 32)
        self.body = nn.TransformerEncoder(nn.TransformerEncoderLayer(32, 4), 2)
        self.out = nn.Linear(32, 4)

    def forward(self, x):
        places = torch.arange(x.size(1))
        h = self.body(self.words(x) + self.places(places))
        shares = F.softmax(h @ h.transpose(1, 2), dim=-1)
        return self.out((shares @ h).mean(1))


net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
for x, labels in torch.load("texts.pt"):
    loss = F.cross_entropy(net(x), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
#? family Transformer
