#? script
#? not a model
import torch
from torch import nn
def fit(net, batches):
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for epoch in range(3):
        for x, y in batches:
            nn.functional.cross_entropy(net(x), y).backward()
            opt.step()
