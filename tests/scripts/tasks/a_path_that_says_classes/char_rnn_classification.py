#? script
"""A path that says characters and classes says no model of language."""

import torch
from torch import nn

net = nn.GRU(57, 128)
head = nn.Linear(128, 18)
opt = torch.optim.SGD([*net.parameters(), *head.parameters()], lr=0.005)
for x, y in torch.load("names.pt"):
    loss = nn.functional.nll_loss(head(net(x)[0][-1]).log_softmax(-1), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? no task
