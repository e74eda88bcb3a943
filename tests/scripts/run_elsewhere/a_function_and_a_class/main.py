#? script
import hydra_free as h
from trainer import fit
from net import Net
import torch, torchvision
from torch.utils.data import DataLoader
ds = torchvision.datasets.CIFAR10('.', train=True)
cfg = dict(optim=dict(name='SGD', lr=0.02), epochs=7, bs=48)
fit(Net, ds, cfg)
#? a model; architecture Net; optimizer SGD; learning_rate 0.02; batch_size 48; epochs 7; dataset CIFAR-10
