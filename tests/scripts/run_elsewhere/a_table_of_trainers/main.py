#? script
from net import Net
from trainers import TRAINERS
import torch, torchvision
from torch.utils.data import DataLoader
ds = torchvision.datasets.CIFAR10('.', train=True)
t = TRAINERS['cls'](net=Net(), data=ds, hp={'lr': 0.02, 'bs': 48, 'epochs': 7})
t.fit()
#? a model; architecture Net; optimizer SGD; learning_rate 0.02; batch_size 48; epochs 7; dataset CIFAR-10
