import argparse
import torch
from torch import nn
from torch.utils.data import DataLoader
p = argparse.ArgumentParser()
p.add_argument("--epochs", type=int)
p.add_argument("--dry-run", action="store_true")
args = p.parse_args()
loader = DataLoader(torch.load("d.pt"), 4)
model = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for epoch in range(args.epochs):
    for x, y in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    if args.dry_run and epoch == 0:
        break
#? a model; no epochs; no steps
