import torch
from torch import nn
from torch.utils.data import DataLoader
batch_size = 100
net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
loader = iter(DataLoader(torch.load("digits.pt"), batch_size=batch_size))
seen = 0
while seen < 300_000:
    x, y = next(loader)
    loss = nn.functional.cross_entropy(net(x), y)
    opt.zero_grad(); loss.backward(); opt.step()
    seen += batch_size
#? batch_size 100
#? steps 3000
