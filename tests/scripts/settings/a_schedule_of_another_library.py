"""A library of diffusion gives the schedule of the rate, nothing else."""

import diffusers
import torch  #? framework PyTorch
from diffusers.optimization import get_scheduler

diffusers.utils.logging.set_verbosity_info()
net = torch.nn.Linear(4, 1)
opt = torch.optim.AdamW(net.parameters(), lr=0.002)
rates = get_scheduler("cosine", optimizer=opt, num_training_steps=600)
for epoch in range(6):
    for x, y in torch.load("rows.pt"):
        loss = torch.nn.functional.mse_loss(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        rates.step()
