import torch
from torch import nn

G = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 2))
D = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 1))
opt_g = torch.optim.RMSprop(G.parameters(), lr=5e-5)
opt_d = torch.optim.RMSprop(D.parameters(), lr=5e-5)
for real in torch.load("x.pt"):
    fake = G(torch.randn(len(real), 8))
    d_loss = -torch.mean(D(real)) + torch.mean(D(fake.detach()))  #? family WGAN
    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()
    g_loss = -torch.mean(D(fake))
    opt_g.zero_grad()
    g_loss.backward()
    opt_g.step()
#? family MLP
