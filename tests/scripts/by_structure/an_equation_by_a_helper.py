import torch
import torch.nn as nn
from torch.autograd import grad


def by(value, what):
    return grad(value.sum(), what, create_graph=True)[0]


class Body(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 20)
        self.last = nn.Linear(20, 1)

    def forward(self, x, y):
        return self.last(torch.tanh(self.first(torch.cat([x, y], axis=1))))

    def inside(self, x, y):
        u = self(x, y)
        u_x = by(u, x)
        u_y = by(u, y)
        u_xx = by(u_x, x)
        u_yy = by(u_y, y)
        return (u_xx + u_yy + torch.sin(x)).pow(2).sum() / len(x)  #? family PINN


net = Body()
opt = torch.optim.LBFGS(net.parameters())


def closure():
    opt.zero_grad()
    x = torch.rand(50, 1, requires_grad=True)
    y = torch.rand(50, 1, requires_grad=True)
    loss = net.inside(x, y)
    loss.backward()
    return loss


for epoch in range(200):
    opt.step(closure)
#? family MLP; optimizer LBFGS
