"""Pieces of a text, and the same pieces one place on, without a table of vectors."""

import torch
import torch.nn.functional as F
from torch import nn, optim


class Net(nn.Module):
    def __init__(self, kinds):
        super().__init__()
        self.rnn, self.out = nn.LSTM(kinds, 128, batch_first=True), nn.Linear(128, kinds)

    def forward(self, x):
        return self.out(self.rnn(x)[0])


words = torch.load("text.pt")
net = Net(90)
optimizer = optim.Adam(net.parameters())
criterion = nn.CrossEntropyLoss()
for epoch in range(30):
    for j in range(0, 1000, 50):
        told = net(F.one_hot(words[:, j : j + 50], 90).float())
        loss = criterion(told.permute(0, 2, 1), words[:, j + 1 : j + 50 + 1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
#? family LSTM; family Autoregressive; task language modelling
