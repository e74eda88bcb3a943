import torch
from torch.nn import functional


class Trained:
    def train(self, loader, rounds=14):  #? epochs 14
        for epoch in range(rounds):
            for x, y in loader:
                self.opt.zero_grad()
                functional.cross_entropy(self.net(x), y).backward()
                self.opt.step()

    def optimize(self, net):
        self.net = net
        self.opt = torch.optim.SGD(net.parameters(), lr=0.06)  #? optimizer SGD; learning_rate 0.06
