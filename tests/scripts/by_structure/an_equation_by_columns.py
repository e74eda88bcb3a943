import torch
from torch import nn

net = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))
opt = torch.optim.Adam(net.parameters(), lr=5e-4)
for step in range(10000):
    points = torch.rand(256, 2, requires_grad=True)
    said = net(points)
    slopes = torch.autograd.grad(outputs=said, inputs=points, grad_outputs=torch.ones_like(said),
                                 create_graph=True)[0]
    in_time = slopes[:, 0:1]
    in_space = slopes[:, 1:2]
    rest = in_time + 0.5 * in_space  #? family PINN
    loss = (rest**2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
