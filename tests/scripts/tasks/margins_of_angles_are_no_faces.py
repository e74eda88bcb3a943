"""Losses that were made for faces tell other things apart, too."""

import torch
from torch import nn
from torchvision.models import resnet18


class ArcMarginProduct(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(outputs, inputs))

    def forward(self, x):
        return nn.functional.linear(nn.functional.normalize(x), self.weight)


net = nn.Sequential(resnet18(num_classes=128), ArcMarginProduct(128, 12))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
criterion = nn.CrossEntropyLoss()
for beans, kind in torch.load("beans.pt"):
    opt.zero_grad()
    criterion(net(beans), kind).backward()
    opt.step()
#? task classification
