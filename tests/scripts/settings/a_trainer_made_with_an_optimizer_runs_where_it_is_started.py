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

from ignite.engine import create_supervised_trainer
net = Net()
opt = optim.SGD(net.parameters(), lr=0.3)  #? optimizer SGD; learning_rate 0.3
trainer = create_supervised_trainer(net, opt, nn.NLLLoss())
trainer.run(DataLoader(datasets.MNIST("."), batch_size=20), max_epochs=4)  #? batch_size 20; epochs 4
