import torch
from torch import nn
from yacs.config import CfgNode
class Node(CfgNode):
    def __init__(self, start=None): super().__init__(start)
config = Node()
config.train = Node()
config.train.rate, config.train.epochs = 0.1, 160  #? learning_rate 0.1; epochs 160
config = config.clone()
net = nn.Linear(4, 1)
opt = torch.optim.SGD(net.parameters(), lr=config.train.rate)
for epoch in range(config.train.epochs):
    net(x).sum().backward()
    opt.step()
