#? script
#? not a model
import torch
def train_one_epoch(net, opt, loader):
    for x, y in loader:
        net(x).sum().backward()
        opt.step()
