#? script
from base import Trained
from torch import nn


class Digits(Trained):
    def __init__(self):
        self.optimize(nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10)))


#? a model
#? family MLP
