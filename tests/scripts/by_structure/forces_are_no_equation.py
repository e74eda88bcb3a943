import torch
from torch import nn

net = nn.Sequential(nn.Linear(30, 64), nn.SiLU(), nn.Linear(64, 1))
opt = torch.optim.Adam(net.parameters(), lr=5e-4)
for places, energies, forces in torch.load("molecules.pt"):
    places.requires_grad_(True)
    energy = net(places)
    pulled = -torch.autograd.grad(energy.sum(), places, create_graph=True)[0]
    loss = ((energy - energies) ** 2).mean() + ((pulled - forces) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
