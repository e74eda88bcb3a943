"""The beginning of scripts that tests write and read: a small network in PyTorch."""

from __future__ import annotations

TORCH = """
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
"""
