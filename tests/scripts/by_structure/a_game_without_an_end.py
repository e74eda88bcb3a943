"""A look ahead at what another network proposes needs no end of the game to be one."""

import torch
from torch import nn


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 1)

    def forward(self, state, move):
        return self.body(torch.cat([state, move], 1))


class Agent:
    def __init__(self, gamma=0.95):
        self.gamma = gamma
        self.mover, self.mover_late = nn.Linear(4, 2), nn.Linear(4, 2)
        self.judge, self.judge_late = Critic(), Critic()
        self.one = torch.optim.Adam(self.mover.parameters(), lr=1e-4)
        self.two = torch.optim.Adam(self.judge.parameters(), lr=1e-3)

    def update(self, states, moves, rewards, after):
        guess = self.judge(states, moves)
        then = self.mover_late(after)
        later = self.judge_late(after, then.detach()).squeeze(1)
        wanted = rewards + self.gamma * later
        loss = nn.functional.mse_loss(guess, wanted)
        self.two.zero_grad()
        loss.backward()
        self.two.step()
        gain = -self.judge(states, self.mover(states)).mean()
        self.one.zero_grad()
        gain.backward()
        self.one.step()


Agent().update(*torch.load("steps.pt"))
#? family DDPG; family MLP; task reinforcement learning
