"""A network that compares all pairs of two sets; its loss numbers the rows elsewhere."""

import torch
from torch import nn


class Pairing(nn.Module):
    def __init__(self):
        super().__init__()
        self.seen = nn.Linear(2048, 128)
        self.said = nn.Linear(768, 128)
        self.scale = nn.Parameter(torch.tensor(2.6))

    def forward(self, picture, words):
        one = nn.functional.normalize(self.seen(picture), dim=-1)
        other = nn.functional.normalize(self.said(words), dim=-1)
        return self.scale.exp() * one @ other.t()


class Trainer:
    def __init__(self):
        self.net = Pairing()
        self.criterion = nn.CrossEntropyLoss()
        self.opt = torch.optim.AdamW(self.net.parameters(), lr=1e-4)

    def run(self, loader):
        for picture, words in loader:
            logits = self.net(picture, words)
            labels = torch.arange(len(logits))
            loss = self.criterion(logits, labels)
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()


Trainer().run(torch.load("pairs.pt"))
#? family Contrastive model; family MLP; task representation learning
