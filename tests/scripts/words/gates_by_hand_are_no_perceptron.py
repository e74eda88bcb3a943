"""A cell with gates of dense layers, whose output is a character: no perceptron, no classes."""

import torch
from torch import nn
from torch.utils.data import DataLoader

words = open("names.txt").read().split()
itos = dict(enumerate(sorted(set("".join(words)))))


class Cell(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.table = nn.Embedding(len(itos), 10)
        self.forget_gate = nn.Sequential(nn.Linear(10 + width, width), nn.Sigmoid())
        self.input_gate = nn.Sequential(nn.Linear(10 + width, width), nn.Sigmoid())
        self.candidate = nn.Sequential(nn.Linear(10 + width, width), nn.Tanh())
        self.out = nn.Linear(width, 27)

    def forward(self, x):
        state = torch.zeros(len(x), 64)
        for step in range(x.size(1)):
            both = torch.cat([self.table(x[:, step]), state], 1)
            state = state * self.forget_gate(both) + self.candidate(both) * self.input_gate(both)
        return self.out(state)


model = Cell()
optimizer = torch.optim.Adam(model.parameters())
for epoch in range(100):  #? epochs 100
    for x, y in DataLoader(torch.load("names.pt"), batch_size=128):  #? batch_size 128
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
#? no family; no task
