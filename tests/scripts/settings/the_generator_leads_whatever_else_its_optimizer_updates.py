#? no steps
import torch
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import datasets

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)
    def forward(self, x):
        return self.fc(x)

class Q(Net): pass
class Generator(Net): pass
class Discriminator(Net): pass
G, D, Q_net = Generator(), Discriminator(), Q()
D_opt = optim.Adam(D.parameters(), lr=2e-4)
G_opt = optim.Adam([{"params": G.parameters()}, {"params": Q_net.parameters()}], lr=1e-3)  #? optimizer Adam; learning_rate 0.001
for epoch in range(5):  #? epochs 5
    for x, y in DataLoader(datasets.MNIST("."), batch_size=8):  #? batch_size 8
        D(x).sum().backward(); D_opt.step()
        Q_net(G(x)).sum().backward(); G_opt.step()
