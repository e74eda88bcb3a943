import torch
from torch import nn
net = nn.Sequential(nn.Linear(6, 64), nn.ReLU(), nn.Linear(64, 3))
optimizer = torch.optim.SGD(net.parameters(), lr=0.03)
def steeper(g, a=3.4, steps=5):
    x = g
    for _ in range(steps):
        x = a * x + g @ x
    return x
for epoch in range(5):
    for x, y, weight in torch.load("d.pt"):
        said = torch.log_softmax(net(x), 1)
        loss = (-said * weight).sum()
        optimizer.zero_grad(); loss.backward(); optimizer.step()
#? family MLP
