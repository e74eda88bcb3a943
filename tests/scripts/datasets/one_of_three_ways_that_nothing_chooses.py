import sys
import torch
import torchvision
kind = sys.argv[1]
if kind == "mnist":
    data = torchvision.datasets.MNIST("d")
elif kind == "cifar":
    data = torchvision.datasets.CIFAR10("d")
else:
    data = torchvision.datasets.ImageFolder(kind)
net = torch.nn.Linear(3, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.5)
for epoch in range(3):
    for x in torch.utils.data.DataLoader(data, batch_size=8):
        net(x).sum().backward()
        opt.step()
#? no dataset
