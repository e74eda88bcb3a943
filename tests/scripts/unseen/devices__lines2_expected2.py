import torch, sys
rank = int(sys.argv[1])
z = torch.zeros(2)

import torch
from torch import nn, optim
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(4, 8)
        self.two = nn.Linear(8, 1)
    def forward(self, x): return self.two(self.one(x))
net = Net()
def loss(z):
    d = torch.device('cuda') if z.is_cuda else torch.device('cpu')
    return z.to(d)
net.cuda()  #? hardware CUDA
loss(z)
optimizer = optim.Adam(net.parameters(), lr=0.01)
for epoch in range(5):
    optimizer.zero_grad()
    net(x).sum().backward()
    optimizer.step()
