import torch.nn as nn
class Net(nn.Module):
    def __init__(self, n=10):
        super().__init__(); self.c = nn.Conv2d(3, 8, 3); self.f = nn.Linear(8, n)
    def forward(self, x): return self.f(self.c(x).mean((2, 3)))
