import torch
from torch import nn


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 2))

    def forward(self, z):
        return self.body(z)


class Discriminator(Generator):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 1))


gen, disc = Generator(), Discriminator()
opt_g = torch.optim.Adam(gen.parameters(), lr=1e-4)
opt_d = torch.optim.Adam(disc.parameters(), lr=1e-4)
for real in torch.load("x.pt"):
    fake = gen(torch.randn(len(real), 8))
    on_real = disc(real).mean()
    on_fake = disc(fake.detach()).mean()
    d_loss = on_fake - on_real  #? family WGAN
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()
    g_loss = -disc(fake).mean()
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
#? family MLP
