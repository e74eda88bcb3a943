import torch
from torch import nn

make = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 784))
judge = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 1))
om = torch.optim.Adam(make.parameters(), lr=2e-4)
oj = torch.optim.Adam(judge.parameters(), lr=2e-4)
for epoch in range(20):
    for x, _ in torch.load("loader.pt"):
        mask = (torch.rand(len(x), 1) > 0.5).float()
        out = make(torch.randn(len(x), 16))
        loss = -judge(out).mean() + 0.9 * (mask * judge(make(torch.randn(len(x), 16)))).mean()
        om.zero_grad()
        loss.backward()
        om.step()
        apart = judge(out.detach()).mean() - judge(x).mean()
        oj.zero_grad()
        apart.backward()
        oj.step()
#? family WGAN; family MLP
