#? script
import torch
import torchvision
from torch import nn

from probe import accuracy_of

net = torchvision.models.resnet18(num_classes=128)
opt = torch.optim.Adam(net.parameters(), lr=3e-4)
for epoch in range(100):
    for (a, b), _ in torch.load("pairs.pt"):
        z = nn.functional.normalize(torch.cat([net(a), net(b)]), dim=1)
        s = z @ z.t() / 0.1
        near = (s.logsumexp(1) - s.diag()).mean()
        opt.zero_grad()
        near.backward()
        opt.step()
    print(accuracy_of(net, torch.load("test.pt")))
#? task representation learning
#? no loss
#? learning_rate 0.0003
