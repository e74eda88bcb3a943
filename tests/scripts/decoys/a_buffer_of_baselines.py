"""Who takes a buffer from Stable-Baselines writes PyTorch."""

import torch
from stable_baselines3.common.buffers import ReplayBuffer
from torch import nn

net = nn.Linear(4, 2)
opt = torch.optim.Adam(net.parameters(), lr=2.5e-4)
rb = ReplayBuffer(10000, None, None)
for step in range(500000):
    data = rb.sample(128)
    loss = nn.functional.mse_loss(net(data.observations), data.rewards)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? framework PyTorch
