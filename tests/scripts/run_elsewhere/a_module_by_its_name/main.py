#? script
import sys
from importlib import import_module
from net import Net
import torch, torchvision
from torch.utils.data import DataLoader
ds = torchvision.datasets.CIFAR10('.', train=True)
task = import_module('tasks.cls')
task.run(Net(), DataLoader(ds, 48), lr=0.02, epochs=7)
#? a model; architecture Net; optimizer SGD; learning_rate 0.02; batch_size 48; epochs 7; dataset CIFAR-10
