import torch
from torch import nn
class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr=0.02, momentum=0.95):
        super().__init__(params, dict(lr=lr, momentum=momentum))
    def step(self):
        for g in self.param_groups:
            for p in g["params"]:
                p.data.add_(p.grad, alpha=-g["lr"])
net = nn.Linear(3, 3)
opt = Muon(net.parameters(), lr=0.05)  #? optimizer Muon; learning_rate 0.05
for step in range(100):  #? steps 100
    loss = net(torch.rand(8, 3)).mean()
    loss.backward(); opt.step(); opt.zero_grad()
