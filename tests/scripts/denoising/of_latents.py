import torch
from torch import nn
import torch.nn.functional as F


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(20, 2)

    def forward(self, x):
        return self.body(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.SiLU(), nn.Linear(64, 2))

    def forward(self, x, t):
        return self.body(torch.cat([x, t[:, None]], 1))


def spoil(z, t):
    e = torch.randn_like(z)
    return z * torch.cos(t)[:, None] + e * torch.sin(t)[:, None], e


encoder = Encoder()
encoder.load_state_dict(torch.load("encoder.pt"))
net = Net()
opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
for x in torch.load("points.pt"):
    with torch.no_grad():
        z = encoder(x)
    t = torch.rand(len(z))
    z_t, e = spoil(z, t)
    loss = F.mse_loss(net(z_t, t), e)  #? family Latent diffusion
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
