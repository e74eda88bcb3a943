import torch
from torch import nn
import torch.nn.functional as F


class VAE(nn.Module):
    def __init__(self, wide):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 2 * wide))
        self.decoder = nn.Sequential(nn.Linear(wide, 256), nn.ReLU(), nn.Linear(256, 784))

    def sample(self, x):
        mu, logvar = self.encoder(x).chunk(2, 1)
        return mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)

    def elbo(self, x):
        mu, logvar = self.encoder(x).chunk(2, 1)
        kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return F.mse_loss(self.decoder(self.sample(x)), x) + kl
