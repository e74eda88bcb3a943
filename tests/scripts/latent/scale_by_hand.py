import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Linear(784, 16)
        self.dec = nn.Linear(8, 784)

    def forward(self, x):
        a, b = self.enc(x).chunk(2, 1)
        width = F.softplus(b)
        z = a + width * torch.randn_like(width)  #? family VAE
        return self.dec(z), a, width


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x in torch.load("x.pt"):
    out, a, width = net(x)
    apart = 0.5 * (a.pow(2) + width.pow(2) - 1 - 2 * width.log()).sum(1).mean()
    loss = F.mse_loss(out, x) + apart
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
