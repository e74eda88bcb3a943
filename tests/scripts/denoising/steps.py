import torch
from torch import nn
import torch.nn.functional as F


class Process(nn.Module):
    def __init__(self, model, steps=100):
        super().__init__()
        self.model = model
        self.register_buffer("keep", torch.cumprod(1 - torch.linspace(1e-4, 0.02, steps), 0))

    def mixed(self, x0, t, noise):
        return self.keep[t].sqrt()[:, None] * x0 + (1 - self.keep[t]).sqrt()[:, None] * noise

    def forward(self, x0):
        t = torch.randint(0, 100, (x0.shape[0],))
        noise = torch.randn_like(x0)
        said = self.model(self.mixed(x0, t, noise), t)
        if self.training:
            target = noise
        else:
            target = x0
        return F.smooth_l1_loss(said, target)  #? family Diffusion


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.SiLU(), nn.Linear(64, 2))

    def forward(self, x, t):
        return self.body(torch.cat([x, t[:, None]], 1))


process = Process(Net())
opt = torch.optim.AdamW(process.parameters(), lr=1e-3)
for x in torch.load("points.pt"):
    loss = process(x)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
