import torch, torch.nn as nn, numpy as np
from torch.utils.data import DataLoader, Dataset
class Net(nn.Module):
    def __init__(self):
        super().__init__(); self.fc = nn.Linear(8, 2)
    def forward(self, x): return self.fc(x)
def step(model, optimizer, x, y):
    loss = nn.functional.cross_entropy(model(x), y); optimizer.zero_grad(); loss.backward(); optimizer.step()
    return loss
loader = DataLoader(torch.load('d.pt'), 4)
model = Net(); optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
epoch = 0
while True:
    for x, y in loader: step(model, optimizer, x, y)
    epoch += 1
    if epoch >= 7: break
#? a model; epochs 7
