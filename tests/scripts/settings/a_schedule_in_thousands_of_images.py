import torch
from torch import nn
batch_size = 64; total_kimg = 10000
net = nn.Linear(8, 1); opt = torch.optim.Adam(net.parameters(), lr=1e-3)
cur_nimg = 0
while True:
    x = torch.randn(batch_size, 8)
    loss = net(x).mean(); opt.zero_grad(); loss.backward(); opt.step()
    cur_nimg += batch_size
    if cur_nimg >= total_kimg * 1000:
        break
#? batch_size 64
#? steps 156250
