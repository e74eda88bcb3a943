#? script
import os

import torch
import torchvision
from torchvision import datasets, transforms

HERE = os.path.dirname(__file__)


class SafeFolder(datasets.ImageFolder):
    def __getitem__(self, index):
        return super().__getitem__(index)


data = SafeFolder(os.path.join(HERE, "data"), transforms.ToTensor())
loader = torch.utils.data.DataLoader(data, batch_size=16)
net = torchvision.models.resnet18(num_classes=9)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(5):
    for x, y in loader:
        loss = torch.nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? no dataset; task image classification
