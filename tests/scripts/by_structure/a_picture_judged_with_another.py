import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder


class Down(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(i, o, 4, 2, 1), nn.LeakyReLU(0.2))

    def forward(self, x):
        return self.body(x)


class Painter(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = Down(3, 32), Down(32, 64)
        self.up = nn.ConvTranspose2d(64, 32, 4, 2, 1)
        self.last = nn.ConvTranspose2d(64, 3, 4, 2, 1)

    def forward(self, x):
        a = self.one(x)
        b = self.two(a)
        return torch.tanh(self.last(torch.cat([self.up(b), a], 1)))


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(Down(6, 32), nn.Conv2d(32, 1, 4))

    def forward(self, before, after):
        return self.body(torch.cat([before, after], 1))


gen, disc = Painter(), Critic()
opt_gen = torch.optim.Adam(gen.parameters(), lr=2e-4)
opt_disc = torch.optim.Adam(disc.parameters(), lr=2e-4)
bce, l1 = nn.BCEWithLogitsLoss(), nn.L1Loss()
for x, y in DataLoader(ImageFolder("facades")):
    fake = gen(x)
    on_real = disc(x, y)
    on_fake = disc(x, fake.detach())  #? family Pix2pix
    d_loss = bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))
    opt_disc.zero_grad()
    d_loss.backward()
    opt_disc.step()
    judged = disc(x, fake)
    g_loss = bce(judged, torch.ones_like(judged)) + 100 * l1(fake, y)
    opt_gen.zero_grad()
    g_loss.backward()
    opt_gen.step()
#? family U-Net; family CNN; task image-to-image translation
