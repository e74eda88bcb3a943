import torch
from torch import nn

mu = nn.Sequential(nn.Linear(3, 256), nn.ReLU(), nn.Linear(256, 1), nn.Tanh())
f = nn.Sequential(nn.Linear(4, 256), nn.ReLU(), nn.Linear(256, 1))
g = nn.Sequential(nn.Linear(4, 256), nn.ReLU(), nn.Linear(256, 1))
om = torch.optim.Adam(mu.parameters(), lr=3e-4)
of = torch.optim.Adam([*f.parameters(), *g.parameters()], lr=3e-4)
for i in range(10000):
    s, a, r, n, d = draw(256)
    with torch.no_grad():
        b = mu(n) + torch.randn(256, 1) * 0.2
        x = torch.cat([n, b], 1)
        y = r + 0.99 * (1 - d) * torch.min(f(x), g(x))  #? family TD3
    z = torch.cat([s, a], 1)
    loss = ((f(z) - y) ** 2).mean() + ((g(z) - y) ** 2).mean()
    of.zero_grad()
    loss.backward()
    of.step()
    if i % 2 == 0:
        gain = -f(torch.cat([s, mu(s)], 1)).mean()
        om.zero_grad()
        gain.backward()
        om.step()
#? family MLP
