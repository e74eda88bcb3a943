import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

loader = DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64)

class Coder(nn.Module):
    def __init__(self, z=8):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(1, 16, 4, 2, 1), nn.ReLU(), nn.Conv2d(16, z, 4, 2,
            1))
        self.decoder = nn.Sequential(nn.ConvTranspose2d(z, 16, 4, 2, 1), nn.ConvTranspose2d(16,
            1, 4, 2, 1))
    def encode(self, x):
        return self.encoder(x)
    def forward(self, x):
        return self.decoder(self.encode(x))

class Denoiser(nn.Module):
    def __init__(self, c=8):
        super().__init__()
        self.t = nn.Linear(1, 16)
        self.net = nn.Sequential(nn.Conv2d(c, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, c, 3,  #? family CNN
            padding=1))
    def forward(self, x, t):
        return self.net(x) + self.t(t[:, None]).mean()
ae, net = Coder(), Denoiser()  #? architecture Denoiser

opt = torch.optim.Adam(ae.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in loader:
        loss = F.mse_loss(ae(x), x)  #? family Autoencoder
        opt.zero_grad()
        loss.backward()
        opt.step()

opt = torch.optim.Adam(net.parameters(), lr=1e-4)
for epoch in range(5):
    for x, y in loader:
        with torch.no_grad():
            z = ae.encode(x)
        t = torch.rand(len(z))
        noise = torch.randn_like(z)
        a, s = torch.cos(t).view(-1, 1, 1, 1), torch.sin(t).view(-1, 1, 1, 1)
        loss = F.mse_loss(net(a * z + s * noise, t), noise)  #? family Latent diffusion
        opt.zero_grad()
        loss.backward()
        opt.step()
