#? script
import sys

import torch
import yaml
from torch import nn


class Net(nn.Module):
    def __init__(self, vocab=32000, embed_dim=512, width=700):
        super().__init__()
        self.emb = nn.Embedding(vocab, embed_dim)
        self.rnn = nn.LSTM(embed_dim, width, batch_first=True)
        self.out = nn.Linear(width, vocab)

    def forward(self, x):
        return self.out(self.rnn(self.emb(x))[0])


cfg = yaml.safe_load(open(sys.argv[1]))
net = Net(**cfg["model"]["params"])
opt = torch.optim.Adam(net.parameters(), lr=cfg["lr"])
for epoch in range(3):  #? epochs 3
    for x, y in torch.load("loader.pt"):
        loss = nn.functional.cross_entropy(net(x).flatten(0, 1), y.flatten())
        opt.zero_grad()
        loss.backward()
        opt.step()
#? no learning_rate
#? no parameters
