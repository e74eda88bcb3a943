import torch
from torch import nn

class Actor(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.net = nn.Linear(4, hidden)

class Agent:
    def __init__(self, lr, batch_size, hidden):
        self.actor = Actor(hidden)
        self.batch_size = batch_size
        self.optimizer = torch.optim.Adam(self.actor.parameters(), lr=lr)  #? optimizer Adam
    def update(self, buffer):
        batch = buffer.sample(self.batch_size)
        self.optimizer.zero_grad()
        self.actor(batch).mean().backward()
        self.optimizer.step()
