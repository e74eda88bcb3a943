#? script
from base import BaseTrainer
from net import Net
import torch, torchvision
from torch.utils.data import DataLoader
ds = torchvision.datasets.CIFAR10('.', train=True)
class CifarTrainer(BaseTrainer):
    lr = 0.02
    epochs = 7
    def build_model(self): return Net()
    def build_loader(self): return DataLoader(ds, batch_size=48)
    def compute_loss(self, batch): return torch.nn.functional.cross_entropy(self.model(batch[0]), batch[1])
if __name__ == '__main__': CifarTrainer().train()
#? a model; architecture Net; optimizer SGD; learning_rate 0.02; batch_size 48; epochs 7; dataset CIFAR-10
