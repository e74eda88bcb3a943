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
net = Denoiser(1)

opt = torch.optim.Adam(net.parameters(), lr=1e-4)
for epoch in range(5):
    for x, y in loader:
        t = torch.rand(len(x))
        noise = torch.randn_like(x)
        target = x - noise
        loss = F.mse_loss(net(t * x + (1 - t) * noise, t), target)  #? family Flow matching
        loss.backward()
        opt.step()
