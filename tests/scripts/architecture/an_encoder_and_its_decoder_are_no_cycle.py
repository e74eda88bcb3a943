import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

loader = DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64)

class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 784))  #? family MLP
    def forward(self, z):
        return self.net(z)
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 16))
    def forward(self, x):
        return self.net(x)
class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 1))
    def forward(self, x):
        return self.net(x)
generator, encoder, discriminator = Generator(), Encoder(), Discriminator()  #? family GAN
optimizer_G = torch.optim.Adam([*generator.parameters(), *encoder.parameters()])
optimizer_D = torch.optim.Adam(discriminator.parameters())
for x, _ in loader:
    z = torch.randn(64, 16)
    fake = generator(z)
    loss = F.mse_loss(generator(encoder(x)), x) + F.mse_loss(encoder(generator(z)), z)
    g_loss = loss + F.binary_cross_entropy_with_logits(discriminator(fake), torch.ones(64, 1))
    g_loss.backward()
    optimizer_G.step()
    d_loss = F.binary_cross_entropy_with_logits(discriminator(x), torch.ones(64, 1))
    d_loss.backward()
    optimizer_D.step()
