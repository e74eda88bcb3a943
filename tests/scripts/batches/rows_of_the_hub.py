import torch, torch.nn as nn, numpy as np
from torch.utils.data import DataLoader, Dataset
class Net(nn.Module):
    def __init__(self):
        super().__init__(); self.fc = nn.Linear(8, 2)
    def forward(self, x): return self.fc(x)
def step(model, optimizer, x, y):
    loss = nn.functional.cross_entropy(model(x), y); optimizer.zero_grad(); loss.backward(); optimizer.step()
    return loss
from datasets import load_dataset
ds = load_dataset('mnist', split='train').with_format('torch')
loader = DataLoader(ds, batch_size=48)
model = Net(); optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for epoch in range(7):
    for b in loader: step(model, optimizer, b['image'].flatten(1), b['label'])
#? a model; batch_size 48; epochs 7
