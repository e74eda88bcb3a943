#? no parameters
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

loader = DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64)

def vgg(widths):
    layers, c = [], 1
    for w in widths:
        if w == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(c, w, 3, padding=1), nn.ReLU()]  #? family CNN
            c = w
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(c, 10))  #? architecture vgg; family VGG
model = vgg(open("widths.txt").read().split())

opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in loader:
        loss = F.cross_entropy(model(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
