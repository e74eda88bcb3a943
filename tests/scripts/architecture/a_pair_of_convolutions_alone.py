import torch
from torch import nn


def up(inner, outer, stride=2, pad=1):
    return [nn.ConvTranspose2d(inner, outer, 4, stride, pad), nn.BatchNorm2d(outer), nn.ReLU()]


def down(inner, outer):
    return [nn.Conv2d(inner, outer, 4, 2, 1), nn.BatchNorm2d(outer), nn.LeakyReLU(0.2)]


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        parts = [*up(64, 256, 1, 0), *up(256, 128), *up(128, 64), nn.ConvTranspose2d(64, 3, 4, 2, 1)]
        self.parts = nn.Sequential(*parts, nn.Tanh())

    def forward(self, z):
        return self.parts(z)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        parts = [*down(3, 64), *down(64, 128), *down(128, 256), nn.Conv2d(256, 1, 4)]
        self.parts = nn.Sequential(*parts, nn.Sigmoid())

    def forward(self, x):
        return self.parts(x).flatten()


generator, discriminator = Generator(), Discriminator()
#? family GAN; family CNN
g_opt = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
d_opt = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
measure = nn.BCELoss()
for epoch in range(30):
    for real in torch.load("pictures.pt"):
        fake = generator(torch.randn(len(real), 64, 1, 1))
        said, of_fake = discriminator(real), discriminator(fake.detach())
        d_loss = measure(said, torch.ones(len(real))) + measure(of_fake, torch.zeros(len(real)))
        d_opt.zero_grad()
        d_loss.backward()
        d_opt.step()
        g_loss = measure(discriminator(fake), torch.ones(len(real)))
        g_opt.zero_grad()
        g_loss.backward()
        g_opt.step()
