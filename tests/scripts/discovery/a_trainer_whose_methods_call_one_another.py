import torch
from registry import instance_of


class Trainer:
    def __init__(self, args):
        self.weights = tuple([torch.nn.Parameter(torch.zeros(args.width))])
        self.optimizer = instance_of(params=self.weights, **args.optimizer)

    def main(self):
        self.train()

    def train(self):
        for epoch in range(30):  #? epochs 30
            for batch in self.loader:
                self.iteration(batch)

    def iteration(self, batch):
        loss = self.loss(batch, self.weights)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
#? a model
