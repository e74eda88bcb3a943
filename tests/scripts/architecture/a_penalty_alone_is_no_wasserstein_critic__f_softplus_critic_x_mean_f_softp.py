import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

loader = DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64)

class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 3, 3,  #? family CNN
            padding=1))
    def forward(self, x):
        return self.net(x)
class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 16, 4, 2), nn.ReLU(), nn.Conv2d(16, 1, 4, 2))
    def forward(self, x):
        return self.net(x)

generator, critic = Generator(), Critic()  #? family GAN
opt_g = torch.optim.Adam(generator.parameters())
opt_d = torch.optim.Adam(critic.parameters())
for x, _ in loader:
    fake = generator(torch.randn_like(x))
    gradient_penalty = (torch.autograd.grad(critic(x).sum(), x)[0].norm(2) - 1) ** 2
    d_loss = F.softplus(-critic(x)).mean() + F.softplus(critic(fake)).mean() + gradient_penalty
    d_loss.backward()
    opt_d.step()
    g_loss = -critic(fake).mean()
    g_loss.backward()
    opt_g.step()
