import torch
from torch import nn
from torchvision.utils import save_image


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 32, 3, padding=1), nn.Conv2d(32, 3, 3, padding=1))

    def forward(self, x):
        return self.body(x)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 32, 4, 2, 1), nn.LeakyReLU(), nn.Conv2d(32, 1, 4))

    def forward(self, x):
        return self.body(x)


generator, discriminator = Generator(), Discriminator()
opt_g = torch.optim.Adam(generator.parameters(), lr=2e-4)
opt_d = torch.optim.Adam(discriminator.parameters(), lr=2e-4)
bce, l1 = nn.BCEWithLogitsLoss(), nn.L1Loss()
for coarse, fine in torch.load("pairs.pt"):
    made = generator(coarse)
    on_real, on_fake = discriminator(fine), discriminator(made.detach())
    d_loss = bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()
    judged = discriminator(made)
    g_loss = bce(judged, torch.ones_like(judged)) + l1(made, fine)
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
    save_image(torch.cat([coarse, made], -1), "both.png")
#? family GAN; family CNN
