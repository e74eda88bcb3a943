#? script
#? no steps
import torch
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import datasets

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)
    def forward(self, x):
        return self.fc(x)

import hydra

@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg):
    net = Net()
    opt = optim.SGD(net.parameters(), lr=cfg.model.rate)  #? optimizer SGD
    for epoch in range(3):  #? epochs 3
        for x, y in DataLoader(datasets.MNIST("."), batch_size=cfg.model.head.width):
            net(x).sum().backward()
            opt.step()

if __name__ == "__main__":
    main()
