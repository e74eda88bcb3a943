import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 16, 4, 4)
        self.up = nn.ConvTranspose2d(16, 3, 4, 4)
        self.words = nn.Parameter(torch.randn(64, 16))

    def forward(self, x):
        z = self.down(x).permute(0, 2, 3, 1)
        which = torch.cdist(z.reshape(-1, 16), self.words).argmin(1)  #? family VQ-VAE
        e = self.words[which].view_as(z)
        near = F.mse_loss(e, z.detach()) + 0.25 * F.mse_loss(e.detach(), z)
        z = z + (e - z).detach()
        return self.up(z.permute(0, 3, 1, 2)), near


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x in torch.load("x.pt"):
    out, near = net(x)
    loss = F.mse_loss(out, x) + near
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family CNN
