import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

loader = DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64)

class Up(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.up, self.conv = nn.ConvTranspose2d(a, a, 4, 2, 1), nn.Conv2d(a, b, 3, padding=1)
    def forward(self, x, skip=None):
        x = self.up(x)
        if skip is not None:
            x = torch.cat([x, skip], 1)
        return self.conv(x)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, 16, 4, 2, 1), nn.Conv2d(16, 32, 4, 2, 1))  #? family CNN
        self.up1, self.up2 = Up(32, 16), Up(16, 1)
    def forward(self, x):
        return self.up2(self.up1(self.down(x)))
model = Net()

opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in loader:
        loss = F.mse_loss(model(x), x)  #? family Autoencoder
        opt.zero_grad()
        loss.backward()
        opt.step()
