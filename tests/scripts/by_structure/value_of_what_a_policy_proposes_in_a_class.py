import torch
from torch import nn


class Agent:
    def __init__(self):
        self.a = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 1))
        self.b = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 1))
        self.v = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 1))
        self.w = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 1))
        self.oa = torch.optim.Adam(self.a.parameters(), lr=1e-4)
        self.ov = torch.optim.Adam(self.v.parameters(), lr=1e-3)
        self.gamma = 0.95

    def learn(self, s, a, r, n, done):
        then = self.b(n)
        ahead = self.w(torch.cat((n, then), dim=1))
        wanted = r + self.gamma * ahead * (1 - done)  #? family DDPG
        loss = nn.functional.mse_loss(self.v(torch.cat((s, a), 1)), wanted.detach())
        self.ov.zero_grad()
        loss.backward()
        self.ov.step()
        gain = -self.v(torch.cat((s, self.a(s)), 1)).mean()
        self.oa.zero_grad()
        gain.backward()
        self.oa.step()


agent = Agent()
for i in range(5000):
    agent.learn(*draw(128))
#? family MLP
