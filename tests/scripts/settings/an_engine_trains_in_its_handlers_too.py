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

import ignite.distributed as idist
from ignite.engine import Engine, Events

def training(rank, config):
    net = idist.auto_model(Net())
    opt = idist.auto_optim(optim.SGD(net.parameters(), lr=config["lr"]))  #? optimizer SGD

    def step(engine, batch):
        net(batch[0]).sum().backward()

    trainer = Engine(step)

    @trainer.on(Events.ITERATION_COMPLETED)
    def update(engine):
        opt.step()

    trainer.run(DataLoader(datasets.MNIST("."), batch_size=9), max_epochs=config["epochs"])  #? batch_size 9

def main(epochs=5, lr=0.3):  #? learning_rate 0.3; epochs 5
    config = locals()
    with idist.Parallel(backend=None) as parallel:
        parallel.run(training, config)

if __name__ == "__main__":
    main()
