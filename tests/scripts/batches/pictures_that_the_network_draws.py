"""How many pictures are drawn to look at is no batch size."""
#? no batch_size

import torch
from torch import nn


class Painter(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner, self.outer = nn.Linear(8, 64), nn.Linear(64, 784)

    def forward(self, z):
        return self.outer(torch.relu(self.inner(z)))

    def sample(self, count):
        return self(torch.randn(count, 8))


painter = Painter()
opt = torch.optim.Adam(painter.parameters(), lr=1e-3)
rows = torch.load("rows.pt")
for epoch in range(9):
    for z, x in rows:
        loss = nn.functional.mse_loss(painter(z), x)
        opt.zero_grad()
        loss.backward()
        opt.step()
    torch.save(painter.sample(16), "look.pt")
