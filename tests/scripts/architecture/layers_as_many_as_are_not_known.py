import torch
from torch import nn

widths = [int(each) for each in open("widths.txt")]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.ModuleList()
        for width in widths:
            self.inner.append(nn.Linear(width, width))  #? family MLP
        self.last = nn.Linear(widths[-1], 4)

    def forward(self, x):
        for layer in self.inner:
            x = layer(x).relu()
        return self.last(x)


net = Net()
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(5):
    for x, y in torch.load("rows.pt"):
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
