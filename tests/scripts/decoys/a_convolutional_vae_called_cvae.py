import torch
from torch import nn


class CVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Sequential(nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Flatten())
        self.mu, self.logvar = nn.Linear(1568, 4), nn.Linear(1568, 4)
        self.wide = nn.Linear(4, 1568)
        self.dec = nn.ConvTranspose2d(8, 1, 4, 2, 1)

    def forward(self, x):
        h = self.enc(x)
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.dec(self.wide(z).view(-1, 8, 14, 14)), mu, logvar


net = CVAE()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(3):
    for x, _ in torch.load("loader.pt"):
        out, mu, logvar = net(x)
        kl = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum()
        loss = nn.functional.mse_loss(out, x) + kl
        opt.zero_grad()
        loss.backward()
        opt.step()
#? family VAE; family CNN
