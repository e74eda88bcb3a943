import torch
from torch import nn
class Activation(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)
class Block(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.a, self.b = nn.Linear(cfg["dim"], cfg["dim"]), Activation()
class Whole(nn.Module):  #? architecture Whole
    def __init__(self, cfg):
        super().__init__()
        self.blocks = nn.ModuleList([Block(cfg) for _ in range(cfg["depth"])])
