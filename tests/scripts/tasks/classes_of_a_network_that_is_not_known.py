"""What an option chooses is not known; that classes are told apart is."""

import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
args = parser.parse_args()

if args.model == "a":
    from models.a import NetA

    model = NetA(classes=9)
else:
    from models.b import NetB

    model = NetB(classes=9)

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()
correct = 0
for epoch in range(20):
    for x, y in torch.load("loader.pt"):
        optimizer.zero_grad()
        out = model(x)
        loss = criterion(out, y)
        loss.backward()
        optimizer.step()
        correct += (out.argmax(1) == y).sum().item()
#? task classification; no family
