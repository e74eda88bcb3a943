import torch
from torch import nn

net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in torch.load("loader.pt"):
        gain = torch.exp(torch.randn(len(x)) * 0.1)
        x = (x * gain.clamp(0.8, 1.2)[:, None, None, None]).clamp(0.5, 1.5)
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? family CNN
#? task classification
