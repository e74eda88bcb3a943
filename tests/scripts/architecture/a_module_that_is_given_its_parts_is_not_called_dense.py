#? a model; no family; no parameters
from torch import nn
class Wrapper(nn.Module):
    def __init__(self, body, dim):
        super().__init__()
        self.body = body
        self.a, self.b = nn.Linear(dim, dim), nn.Linear(dim, 2)
    def forward(self, x):
        return self.b(self.a(self.body(x)))
