import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Linear(784, 64)
        self.to_a = nn.Linear(64, 8)
        self.to_b = nn.Linear(64, 8)
        self.dec = nn.Linear(8, 784)

    def forward(self, x):
        h = F.relu(self.enc(x))
        a, b = self.to_a(h), F.softplus(self.to_b(h))
        q = torch.distributions.Normal(a, b)
        z = q.rsample()  #? family VAE
        return self.dec(z), q


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x in torch.load("x.pt"):
    out, q = net(x)
    prior = torch.distributions.Normal(torch.zeros(8), torch.ones(8))
    apart = torch.distributions.kl_divergence(q, prior).sum(1).mean()
    loss = F.mse_loss(out, x) + apart
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
