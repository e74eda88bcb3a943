import torch
from torch import nn


class Critic(nn.Module):
    def __init__(self, states, actions):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(states, 64), nn.ReLU(), nn.Linear(64, actions))

    def forward(self, state):
        return self.body(state)


class Learner:
    def __init__(self, states, actions, rate=0.0007):  #? learning_rate 0.0007
        self.online = Critic(states, actions)  #? architecture Critic
        self.opt = torch.optim.RMSprop(self.online.parameters(), lr=rate)  #? optimizer RMSprop

    def learn(self, state, target):
        error = nn.functional.mse_loss(self.online(state), target)
        self.opt.zero_grad()
        error.backward()
        self.opt.step()
        return error.item()


#? a model
