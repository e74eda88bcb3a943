import torch
from torch import nn


class AC(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Sequential(nn.Linear(8, 64), nn.Tanh(), nn.Linear(64, 4))
        self.c = nn.Sequential(nn.Linear(8, 64), nn.Tanh(), nn.Linear(64, 1))


net = AC()
opt = torch.optim.Adam(net.parameters(), lr=2.5e-4)  #? learning_rate 0.00025
for it in range(500):  #? no epochs
    O, A, L, G = collect(net)
    for k in range(10):
        for i in torch.randperm(2048).split(64):
            d = torch.distributions.Categorical(logits=net.a(O[i]))
            r = (d.log_prob(A[i]) - L[i]).exp()
            w = G[i] - net.c(O[i]).squeeze().detach()
            loss = -torch.min(r * w, r.clamp(0.8, 1.2) * w).mean()  #? family PPO
            opt.zero_grad()
            loss.backward()
            opt.step()
#? task reinforcement learning
#? family MLP
