import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Linear(784, 16)
        self.dec = nn.Linear(8, 784)

    def forward(self, x):
        mu, logvar = self.enc(x).chunk(2, 1)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)  #? family VAE
        return self.dec(z), mu, logvar


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x in torch.load("x.pt"):
    out, mu, logvar = net(x)
    loss = F.mse_loss(out, x) - 0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum(1).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
