import torch
from torch import nn
from omegaconf import OmegaConf
cfg = OmegaConf.create({"device": "auto"})
OmegaConf.update(cfg, "device", "cuda" if torch.cuda.is_available() else "cpu")  #? hardware CUDA; hardware CPU
net = nn.Linear(3, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.5)
for epoch in range(3):
    for x in torch.load("d.pt"):
        net(x).sum().backward()
        opt.step()
