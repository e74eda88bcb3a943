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

from labml import experiment, monit
from labml.configs import BaseConfigs, calculate, option

class OptimizerConfigs(BaseConfigs):
    optimizer: optim.Adam
    learning_rate: float = 0.5
    parameters: any
    def __init__(self):
        super().__init__(_primary="optimizer")

@option(OptimizerConfigs.optimizer, "SGD")
def _sgd(c):
    return optim.SGD(c.parameters, lr=c.learning_rate)

@option(OptimizerConfigs.optimizer, "Adam")
def _adam(c):
    return optim.Adam(c.parameters, lr=c.learning_rate)  #? optimizer Adam

class Configs(BaseConfigs):
    model: Net
    optimizer: optim.Adam
    width: int
    epochs: int = 1_000
    batch_size: int = 16  #? batch_size 16
    loader: DataLoader = "digits"
    def run(self):
        for _ in monit.loop(self.epochs):
            for x, y in monit.enum("train", self.loader):
                self.model(x).sum().backward()
                self.optimizer.step()

calculate(Configs.width, lambda c: 10)

@option(Configs.model)
def _model(c):
    return Net()

@option(Configs.optimizer)
def _optimizer(c):
    made = OptimizerConfigs()
    made.parameters = c.model.parameters()
    return made

@option(Configs.loader)
def digits(c):
    return DataLoader(datasets.MNIST("."), batch_size=c.batch_size)

@option(Configs.loader)
def clothes(c):
    return DataLoader(datasets.FashionMNIST("."), batch_size=c.batch_size)  #? dataset Fashion-MNIST

def main():
    conf = Configs()
    experiment.configs(conf, {
        "optimizer.optimizer": "Adam",
        "optimizer.learning_rate": 5e-3,  #? learning_rate 0.005
        "epochs": 32,  #? epochs 32
        "loader": "clothes",
    })
    conf.run()

if __name__ == "__main__":
    main()
