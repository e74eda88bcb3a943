#? script
from net import Net
from trainer import Trainer
import torch, torchvision
from torch.utils.data import DataLoader
ds = torchvision.datasets.CIFAR10('.', train=True)
loader = DataLoader(ds, 48)
Trainer(Net(), loader, lr=0.02, epochs=7).run()
#? a model; architecture Net; optimizer SGD; learning_rate 0.02; batch_size 48; epochs 7; dataset CIFAR-10
