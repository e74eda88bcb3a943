#? script
import torch
from losses import Rebuild
from torch import nn


class Coder(nn.Module):
    def __init__(self, channels=3):
        super().__init__()
        self.down = nn.Conv2d(channels, 8, 3, stride=2)
        self.up = nn.ConvTranspose2d(8, channels, 3, stride=2)
        self.rebuild = Rebuild()
        self.opt = torch.optim.Adagrad(self.parameters(), lr=0.04)  #? optimizer Adagrad; learning_rate 0.04

    def forward(self, x):
        return self.up(self.down(x))

    def improve(self, batch):
        return self.rebuild.update_weights(batch, self)


#? a model
