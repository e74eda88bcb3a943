"""Each part of a network that is called as a whole has an optimizer: the whole is what is trained."""

import torch
from torch import nn
import torch.nn.functional as F


class Reads(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.rnn = nn.Embedding(99, 64), nn.GRU(64, 64, batch_first=True)

    def forward(self, x):
        return self.rnn(self.table(x))


class Writes(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.rnn = nn.Embedding(99, 64), nn.GRU(64, 64, batch_first=True)
        self.out = nn.Linear(64, 99)

    def forward(self, y, state):
        return self.out(self.rnn(self.table(y), state)[0])


class Translator(nn.Module):
    def __init__(self):
        super().__init__()
        self.reads, self.writes = Reads(), Writes()

    def forward(self, x, y):
        told, state = self.reads(x)
        return F.cross_entropy(self.writes(y[:, :-1], state).flatten(0, 1), y[:, 1:].flatten())


model = Translator()  #? architecture Translator
first = torch.optim.Adam(model.reads.parameters(), lr=2e-4)  #? optimizer Adam; learning_rate 0.0002
second = torch.optim.Adam(model.writes.parameters(), lr=2e-4)
for x, y in torch.load("pairs.pt"):
    model.zero_grad()
    loss = model(x, y)
    loss.backward()
    first.step()
    second.step()
