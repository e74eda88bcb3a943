#? a model; no episodes; no epochs
import ray
import torch
from torch import nn

@ray.remote
class Learner:
    def __init__(self, rate):
        self.net = nn.Linear(4, 2)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=rate)  #? optimizer Adam
    def update(self, batch):
        self.optimizer.zero_grad()
        self.net(batch).mean().backward()
        self.optimizer.step()

learner = Learner.remote(rate=0.0005)  #? learning_rate 0.0005
step = 1
while step <= 50:  #? steps 50
    ray.get(learner.update.remote(replay.sample_minibatch(batch_size=16)))  #? batch_size 16
    step += 1
