#? no steps
import torch
from torch.utils.data import DataLoader
from torchvision.datasets import CIFAR10
from lightning.pytorch import LightningDataModule, LightningModule
from lightning.pytorch.cli import LightningCLI

class Lit(LightningModule):
    def __init__(self, rate: float = 0.02):  #? learning_rate 0.02
        super().__init__()
        self.rate = rate
        self.net = torch.nn.Linear(3, 10)
    def training_step(self, batch, i):
        return self.net(batch[0]).sum()
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.rate)  #? optimizer SGD

class Data(LightningDataModule):
    def train_dataloader(self):
        return DataLoader(CIFAR10("."), batch_size=16)  #? batch_size 16

def main():
    LightningCLI(Lit, Data, trainer_defaults={"max_epochs": 7})  #? epochs 7

if __name__ == "__main__":
    main()
