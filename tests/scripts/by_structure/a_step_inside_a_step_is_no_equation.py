import torch
from torch import nn
from torch.func import functional_call

net = nn.Sequential(nn.Linear(30, 64), nn.SiLU(), nn.Linear(64, 5))
opt = torch.optim.Adam(net.parameters(), lr=5e-4)
for near, far in torch.load("tasks.pt"):
    weights = dict(net.named_parameters())
    loss = nn.functional.cross_entropy(functional_call(net, weights, near[0]), near[1])
    slopes = torch.autograd.grad(loss, weights.values(), create_graph=True)
    moved = {name: w - 0.1 * g for (name, w), g in zip(weights.items(), slopes)}
    outer = nn.functional.cross_entropy(functional_call(net, moved, far[0]), far[1])
    opt.zero_grad()
    outer.backward()
    opt.step()
#? family MLP
