import argparse

import torch
from torch.utils.data import DataLoader

p = argparse.ArgumentParser()
p.add_argument("--epochs", type=int, default=12)
p.add_argument("--batch_size", type=int, default=64)
args = p.parse_args()
data = torch.load("d.pt")
batches = iter(DataLoader(data, batch_size=args.batch_size))
net = torch.nn.Linear(4, 2)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for step in range(len(data) * args.epochs // args.batch_size):
    x, y = next(batches)
    loss = torch.nn.functional.cross_entropy(net(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? epochs 12
