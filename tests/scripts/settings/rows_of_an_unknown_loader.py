import torch
from torch import nn

net = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 2))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for e in range(10):  #? epochs 10
    for a, p, n in loader:
        loss = nn.functional.triplet_margin_loss(net(a), net(p), net(n))
        opt.zero_grad()
        loss.backward()
        opt.step()
#? technique metric learning
#? task metric learning
