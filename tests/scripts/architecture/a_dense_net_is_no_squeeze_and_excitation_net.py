import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

loader = DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64)

class DenseNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(9, 8, 3, padding=1)  #? family CNN
        self.out = nn.Linear(17, 10)
    def forward(self, x):
        h = torch.cat([x, self.a(x)], 1)
        h = torch.cat([h, self.b(h)], 1)
        return self.out(h.mean((2, 3)))
model = DenseNet()  #? family DenseNet

opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in loader:
        loss = F.cross_entropy(model(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
