"""One dense layer after what a stranger's function made is no linear model."""

import torch
from torch import nn

from thirdparty import zoo


class Wrapper(nn.Module):
    def __init__(self, backbone):
        super().__init__()
        self.model = backbone.to(dtype=torch.float32)
        self.layers = nn.Sequential(nn.Linear(512, 10))

    def forward(self, x):
        return self.layers(self.model(x))


net = Wrapper(zoo.get("something"))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(10):
    for x, y in torch.load("loader.pt"):
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? no family; architecture Wrapper
