import copy

import torch
from torch import nn

mu = nn.Sequential(nn.Linear(3, 256), nn.ReLU(), nn.Linear(256, 1), nn.Tanh())
f = nn.Sequential(nn.Linear(4, 256), nn.ReLU(), nn.Linear(256, 1))
slow_mu, slow_f = copy.deepcopy(mu), copy.deepcopy(f)
om = torch.optim.Adam(mu.parameters(), lr=1e-4)
of = torch.optim.Adam(f.parameters(), lr=1e-3)
for i in range(10000):
    s, a, r, n, d = draw(64)
    with torch.no_grad():
        y = r + 0.99 * (1 - d) * slow_f(torch.cat([n, slow_mu(n)], 1))  #? family DDPG
    apart = ((f(torch.cat([s, a], 1)) - y) ** 2).mean()
    of.zero_grad()
    apart.backward()
    of.step()
    loss = -f(torch.cat([s, mu(s)], 1)).mean()
    om.zero_grad()
    loss.backward()
    om.step()
#? task reinforcement learning
#? family MLP
