import torch
from torch import nn


class Rectified:
    def pair(self, data):
        z = torch.randn_like(data)
        when = torch.rand(len(data), 1)
        return when * data + (1 - when) * z, when, data - z


class Field(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.SiLU(), nn.Linear(64, 2))

    def forward(self, x, t):
        return self.body(torch.cat([x, t], 1))


flow = Rectified()
net = Field()
opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
for batch in torch.load("points.pt"):
    mixed, when, wanted = flow.pair(batch)
    loss = ((net(mixed, when) - wanted) ** 2).mean()  #? family Flow matching
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
