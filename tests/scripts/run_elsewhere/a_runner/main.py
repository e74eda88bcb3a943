#? script
from callbacks import Callback, Runner
from net import Net
import torch, torchvision
from torch.utils.data import DataLoader
ds = torchvision.datasets.CIFAR10('.', train=True)
model = Net()
r = Runner(model, torch.optim.SGD(model.parameters(), lr=0.02), callbacks=[Callback()])
for epoch in range(7): r.epoch(DataLoader(ds, batch_size=48))
#? a model; architecture Net; optimizer SGD; learning_rate 0.02; batch_size 48; epochs 7; dataset CIFAR-10
