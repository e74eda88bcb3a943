import torch
from torch import nn


class AC(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Sequential(nn.Linear(8, 64), nn.Tanh(), nn.Linear(64, 4))
        self.c = nn.Sequential(nn.Linear(8, 64), nn.Tanh(), nn.Linear(64, 1))


net = AC()
opt = torch.optim.Adam(net.parameters(), lr=2.5e-4)  #? learning_rate 0.00025
EPS = 0.2
for update in range(500):
    O, A, L, G = collect(net)
    d = torch.distributions.Categorical(logits=net.a(O))
    change = d.log_prob(A) - L
    r = torch.exp(change)
    kept = torch.clamp(r, 1 - EPS, 1 + EPS)  #? family PPO
    loss = -torch.min(r * G, kept * G).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
