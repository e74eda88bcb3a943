import torch, torch.nn as nn, numpy as np
from torch.utils.data import DataLoader, Dataset
class Net(nn.Module):
    def __init__(self):
        super().__init__(); self.fc = nn.Linear(8, 2)
    def forward(self, x): return self.fc(x)
def step(model, optimizer, x, y):
    loss = nn.functional.cross_entropy(model(x), y); optimizer.zero_grad(); loss.backward(); optimizer.step()
    return loss
params = {'batch_size': 48, 'shuffle': True, 'num_workers': 6}
class Gen(Dataset):
    def __init__(self, ids): self.ids = ids
    def __len__(self): return len(self.ids)
    def __getitem__(self, i): return torch.load(self.ids[i])
loader = DataLoader(Gen(['a']), **params)
model = Net(); optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for epoch in range(7):
    for x, y in loader: step(model, optimizer, x, y)
#? a model; batch_size 48; epochs 7
