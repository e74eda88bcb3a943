import torch
from torch.nn import functional


def run(net, loader):
    opt = torch.optim.AdamW(net.parameters(), lr=0.0021)  #? optimizer AdamW; learning_rate 0.0021
    for epoch in range(9):  #? epochs 9
        for x, y in loader:
            opt.zero_grad()
            functional.cross_entropy(net(x), y).backward()
            opt.step()
