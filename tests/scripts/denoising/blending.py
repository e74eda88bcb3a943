import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.SiLU(), nn.Linear(64, 2))

    def forward(self, x, alpha):
        return self.body(torch.cat([x, alpha[:, None]], 1))


net = Net()
opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
for x1 in torch.load("points.pt"):
    x0 = torch.randn_like(x1)
    alpha = torch.rand(x1.shape[0])
    blend = alpha[:, None] * x1 + (1 - alpha[:, None]) * x0
    d = net(blend, alpha)
    loss = torch.sum((d - (x1 - x0)) ** 2)  #? family Flow matching
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
