#? no parameters
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

loader = DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64)

class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.a, self.b = nn.Embedding(99, 8), nn.Linear(8, 99)
        self.b.weight = self.a.weight
    def forward(self, x):
        return self.a(x)
model = Net(4)

opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in loader:
        loss = model(x).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
