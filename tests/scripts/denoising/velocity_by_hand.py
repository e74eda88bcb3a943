import torch
from torch import nn


class Field(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.SiLU(), nn.Linear(64, 2))

    def forward(self, x, t):
        return self.body(torch.cat([x, t], 1))


def place(t, start, end, least=1e-4):
    return (1 - (1 - least) * t) * start + t * end


def direction(start, end, least=1e-4):
    return end - (1 - least) * start


net = Field()
opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
for batch in torch.load("points.pt"):
    start = torch.randn_like(batch)
    t = torch.rand(len(batch), 1)
    said = net(place(t, start, batch), t)
    loss = nn.functional.mse_loss(said, direction(start, batch))  #? family Flow matching
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
