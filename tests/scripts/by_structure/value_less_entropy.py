import torch
from torch import nn


class Pi(nn.Module):
    def __init__(self):
        super().__init__()
        self.l, self.m, self.s = nn.Linear(3, 256), nn.Linear(256, 1), nn.Linear(256, 1)

    def forward(self, x):
        h = torch.relu(self.l(x))
        d = torch.distributions.Normal(self.m(h), self.s(h).exp())
        u = d.rsample()
        a = torch.tanh(u)
        return a, (d.log_prob(u) - torch.log(1 - a**2 + 1e-6)).sum(-1, keepdim=True)


class V(nn.Module):
    def __init__(self):
        super().__init__()
        self.f = nn.Sequential(nn.Linear(4, 256), nn.ReLU(), nn.Linear(256, 1))

    def forward(self, s, a):
        return self.f(torch.cat([s, a], 1))


pi, v1, v2, w1, w2 = Pi(), V(), V(), V(), V()
po = torch.optim.Adam(pi.parameters(), lr=3e-4)
vo = torch.optim.Adam([*v1.parameters(), *v2.parameters()], lr=3e-4)
weight = 0.2
for step in range(100000):
    s, a, r, n, d = draw(256)
    with torch.no_grad():
        b, logp = pi(n)
        y = r + 0.99 * (1 - d) * (torch.min(w1(n, b), w2(n, b)) - weight * logp)  #? family SAC
    loss = ((v1(s, a) - y) ** 2).mean() + ((v2(s, a) - y) ** 2).mean()
    vo.zero_grad()
    loss.backward()
    vo.step()
    c, logp = pi(s)
    gain = (weight * logp - torch.min(v1(s, c), v2(s, c))).mean()
    po.zero_grad()
    gain.backward()
    po.step()
#? family SAC; family MLP
#? task reinforcement learning
