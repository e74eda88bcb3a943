import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(8, 32)  #? family GRU
        self.out = nn.Linear(32, 8)
    def forward(self, x):
        return self.out(self.rnn(x)[0])
series = torch.randn(50, 4, 8)
net = Net()
opt = torch.optim.Adam(net.parameters())
for step in range(100):
    loss = nn.functional.mse_loss(net(series[:-1]), series[1:])
    loss.backward()
    opt.step()
