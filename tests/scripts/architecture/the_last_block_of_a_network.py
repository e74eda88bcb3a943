import torch
import torchvision
from torch import nn

net = torchvision.models.resnet50(weights="DEFAULT")
for p in net.parameters():
    p.requires_grad = False
net.fc = nn.Linear(2048, 4)
for p in net.layer4.parameters():
    p.requires_grad = True
opt = torch.optim.Adam(
    [{"params": net.layer4.parameters()}, {"params": net.fc.parameters(), "lr": 1e-3}], lr=1e-4)
for epoch in range(5):
    for x, y in torch.load("loader.pt"):
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? family ResNet; family CNN
#? architecture resnet50
