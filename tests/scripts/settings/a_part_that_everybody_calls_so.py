"""``optim`` is not imported; everybody calls one module so."""

import torch
import torch.nn as nn

net = nn.Linear(4, 1)
opt = optim.Adam(net.parameters(), lr=0.002)  #? optimizer Adam; learning_rate 0.002
for epoch in range(6):  #? epochs 6
    for x, y in torch.load("rows.pt"):
        loss = nn.functional.mse_loss(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
