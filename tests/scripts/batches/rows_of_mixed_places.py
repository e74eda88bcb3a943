"""Mixed places that are laid out in rows: a row is a batch."""

import numpy as np
import torch
from torch import nn

net = nn.Linear(8, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
x, y = torch.randn(6400, 8), torch.randn(6400, 1)
for epoch in range(10):
    for places in np.random.permutation(len(x)).reshape(-1, 128):  #? batch_size 128
        opt.zero_grad()
        nn.functional.mse_loss(net(x[places]), y[places]).backward()
        opt.step()
#? epochs 10
