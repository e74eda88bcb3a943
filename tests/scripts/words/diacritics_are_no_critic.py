"""Words that hold others judge nothing: no adversarial pair."""

import torch
from torch import nn
from pyarabic import araby

generator = torch.Generator().manual_seed(0)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.rnn = nn.Embedding(99, 32), nn.LSTM(32, 32, batch_first=True)
        self.out = nn.Linear(32, 9)

    def forward(self, x):
        return self.out(self.rnn(self.table(x))[0])


def clean(text):
    return araby.strip_diacritics(text)


model = Tagger()
first = torch.optim.Adam(model.table.parameters(), lr=1e-3)
second = torch.optim.Adam(model.rnn.parameters(), lr=1e-3)
valid = torch.load("valid.pt")
for x, y in torch.load("train.pt"):
    loss = nn.functional.cross_entropy(model(x).flatten(0, 1), y.flatten())
    loss.backward()
    first.step()
    second.step()
#? family LSTM
