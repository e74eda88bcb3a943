import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

loader = DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64)

class G(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 3, 3,  #? family CNN
            padding=1))
    def forward(self, x):
        return self.net(x)
class PatchDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 16, 4, 2), nn.ReLU(), nn.Conv2d(16, 1, 4, 2))
    def forward(self, x):
        return self.net(x)

summer, winter, disc_s = G(), G(), PatchDiscriminator()
opt_g = torch.optim.Adam([*summer.parameters(), *winter.parameters()])
opt_d = torch.optim.Adam(disc_s.parameters())
for a, b in loader:
    fake_b, fake_a = winter(a), summer(b)
    back = F.l1_loss(summer(fake_b), a) + F.l1_loss(winter(fake_a), b)  #? family CycleGAN
    g_loss = F.mse_loss(disc_s(fake_a), torch.ones(1)) + 10 * back
    g_loss.backward()
    opt_g.step()
    d_loss = F.mse_loss(disc_s(a), torch.ones(1)) + F.mse_loss(disc_s(fake_a.detach()),
        torch.zeros(1))
    d_loss.backward()
    opt_d.step()
