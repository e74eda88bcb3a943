#? a model; no dataset
import torch
from torch import nn
from torch.utils.data import DataLoader

from pictures import FlowerDataset

loader = DataLoader(FlowerDataset("garden/"), batch_size=16)  #? batch_size 16
net = nn.Linear(12, 5)
optimizer = torch.optim.Adam(net.parameters(), lr=0.002)  #? optimizer Adam; learning_rate 0.002
for epoch in range(8):  #? epochs 8
    for x, y in loader:
        loss = nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
