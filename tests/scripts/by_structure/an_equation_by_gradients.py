import torch
from torch import nn


class Solver(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 20), nn.Tanh(), nn.Linear(20, 1))

    def say(self, x, t):
        return self.layers(torch.cat([x, t], 1))

    def left_over(self, x, t):
        u = self.say(x, t)
        ones = torch.ones_like(u)
        u_t = torch.autograd.grad(u, t, grad_outputs=ones, retain_graph=True, create_graph=True)[0]
        u_x = torch.autograd.grad(u, x, grad_outputs=ones, retain_graph=True, create_graph=True)[0]
        u_xx = torch.autograd.grad(u_x, x, grad_outputs=ones, create_graph=True)[0]
        return u_t + u * u_x - 0.01 * u_xx  #? family PINN


net = Solver()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(5000):
    x = torch.rand(100, 1, requires_grad=True)
    t = torch.rand(100, 1, requires_grad=True)
    loss = net.left_over(x, t).pow(2).mean() + net.say(x, 0 * t).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
