"""What an option chooses is not known; its answers tell real pictures from made ones."""

import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--critic", required=True)
args = parser.parse_args()

if args.critic == "a":
    from models.a import NetA as Critic
else:
    from models.b import NetB as Critic

discriminator = Critic()
optimizer = torch.optim.Adam(discriminator.parameters(), lr=2e-4)
criterion = nn.BCEWithLogitsLoss()
for epoch in range(20):
    for x, made in torch.load("loader.pt"):
        real = discriminator(x)
        loss = criterion(real, torch.ones_like(real))
        accuracy = (real > 0).float().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
#? no task
