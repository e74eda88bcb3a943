import torch, torch.nn as nn, numpy as np
from torch.utils.data import DataLoader, Dataset
class Net(nn.Module):
    def __init__(self):
        super().__init__(); self.fc = nn.Linear(8, 2)
    def forward(self, x): return self.fc(x)
def step(model, optimizer, x, y):
    loss = nn.functional.cross_entropy(model(x), y); optimizer.zero_grad(); loss.backward(); optimizer.step()
    return loss
import random
rows = torch.load('r.pt')
model = Net(); optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for epoch in range(7):
    for i in range(100):
        b = random.sample(rows, 48)
        step(model, optimizer, torch.stack([r[0] for r in b]), torch.stack([r[1] for r in b]))
#? a model; batch_size 48; epochs 7
