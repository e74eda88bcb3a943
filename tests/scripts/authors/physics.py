import torch, torch.nn as nn
net = nn.Sequential(nn.Linear(2, 50), nn.Tanh(), nn.Linear(50, 50), nn.Tanh(), nn.Linear(50, 1))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for it in range(20000):
    x = torch.rand(1000, 1, requires_grad=True); t = torch.rand(1000, 1, requires_grad=True); u = net(torch.cat([x, t], 1))
    ut = torch.autograd.grad(u.sum(), t, create_graph=True)[0]; ux = torch.autograd.grad(u.sum(), x, create_graph=True)[0]; uxx = torch.autograd.grad(ux.sum(), x, create_graph=True)[0]
    loss = ((ut + u * ux - .01 / 3.14159 * uxx) ** 2).mean(); opt.zero_grad(); loss.backward(); opt.step()
#? a model; optimizer Adam; learning_rate 0.001
