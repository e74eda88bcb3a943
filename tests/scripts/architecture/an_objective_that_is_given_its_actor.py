"""What an objective of TorchRL is given is what it trains."""

import torch
from tensordict.nn import TensorDictModule
from torch import nn
from torchrl.objectives import ClipPPOLoss

net = nn.Sequential(nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 2))  #? architecture Sequential
actor = TensorDictModule(net, in_keys=["observation"], out_keys=["logits"])
objective = ClipPPOLoss(actor_network=actor, critic_network=None, clip_epsilon=0.2)
opt = torch.optim.Adam(objective.parameters(), lr=3e-4)
for step in range(100):
    loss = objective(torch.load("batch.pt"))["loss_objective"]
    opt.zero_grad()
    loss.backward()
    opt.step()
