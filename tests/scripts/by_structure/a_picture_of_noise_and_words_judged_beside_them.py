import torch
from torch import nn


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.ConvTranspose2d(200, 32, 4), nn.ReLU())
        self.last = nn.ConvTranspose2d(32, 3, 4, 2, 1)

    def forward(self, words, z):
        return torch.tanh(self.last(self.body(torch.cat([words, z], 1)[:, :, None, None])))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 32, 4, 2, 1), nn.LeakyReLU(), nn.Flatten())
        self.last = nn.Linear(612, 1)

    def forward(self, picture, words):
        return self.last(torch.cat([self.body(picture), words], 1))


gen, disc = Generator(), Discriminator()
opt_gen = torch.optim.Adam(gen.parameters(), lr=2e-4)
opt_disc = torch.optim.Adam(disc.parameters(), lr=2e-4)
bce, l1 = nn.BCEWithLogitsLoss(), nn.L1Loss()
for real, words in torch.load("birds.pt"):
    noise = torch.randn(len(words), 100)
    fake = gen(words, noise)
    on_real, on_fake = disc(real, words), disc(fake.detach(), words)
    d_loss = bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))
    opt_disc.zero_grad()
    d_loss.backward()
    opt_disc.step()
    judged = disc(fake, words)
    g_loss = bce(judged, torch.ones_like(judged)) + 50 * l1(fake, real)
    opt_gen.zero_grad()
    g_loss.backward()
    opt_gen.step()
#? family GAN; family CNN
