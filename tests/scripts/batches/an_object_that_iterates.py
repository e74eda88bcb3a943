import torch, torch.nn as nn, numpy as np
from torch.utils.data import DataLoader, Dataset
class Net(nn.Module):
    def __init__(self):
        super().__init__(); self.fc = nn.Linear(8, 2)
    def forward(self, x): return self.fc(x)
def step(model, optimizer, x, y):
    loss = nn.functional.cross_entropy(model(x), y); optimizer.zero_grad(); loss.backward(); optimizer.step()
    return loss
class Feeder:
    def __init__(self, X, Y, batch): self.X, self.Y, self.batch = X, Y, batch
    def __iter__(self):
        for i in range(0, len(self.X), self.batch): yield self.X[i:i + self.batch], self.Y[i:i + self.batch]
loader = Feeder(torch.load('x.pt'), torch.load('y.pt'), batch=48)
model = Net(); optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for epoch in range(7):
    for x, y in loader: step(model, optimizer, x, y)
#? a model; batch_size 48; epochs 7
