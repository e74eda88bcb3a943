import torch
from torch import nn

field = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 2))  #? family MLP


def cost(field, x):
    t = torch.rand(len(x), 1)
    spread = 1 - torch.exp(-t)
    middle = x * torch.exp(-t / 2)
    noisy = torch.randn_like(x) * spread**0.5 + middle
    slope = -(noisy - middle) / spread
    joined = torch.cat((noisy, t), dim=-1)
    said = field(joined)
    return torch.mean((said - slope) ** 2)  #? family Diffusion


opt = torch.optim.Adam(field.parameters(), lr=3e-4)
for epoch in range(100):
    for (x,) in torch.load("points.pt"):
        loss = cost(field, x)
        opt.zero_grad()
        loss.backward()
        opt.step()
