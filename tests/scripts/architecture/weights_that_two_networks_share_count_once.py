#? parameters 7850
import itertools

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

loader = DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64)


class Encoder(nn.Module):
    def __init__(self, wide=784):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(wide, 10), nn.ReLU())

    def forward(self, x):
        return self.body(x)


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(10, 784)

    def forward(self, z):
        return self.out(z)


encoder = Encoder()
decoder = nn.Sequential(encoder, nn.ReLU())
opt = torch.optim.Adam(itertools.chain(encoder.parameters(), decoder.parameters()), lr=1e-3)
for epoch in range(3):
    for x, _ in loader:
        loss = F.mse_loss(decoder(encoder(x)), x)
        opt.zero_grad()
        loss.backward()
        opt.step()
