import torch
class Trained:
    def __init__(self, net, optimizer):
        self.net, self.optimizer = net, optimizer
    def one(self, x):
        self.net(x).sum().backward()
        self.optimizer.step()
class Holder:
    def __init__(self):
        net = torch.nn.Linear(3, 4)
        self.inner = Trained(net, torch.optim.SGD(net.parameters(), lr=0.5))
holder = Holder()
for _ in range(7):  #? epochs 7
    for x in torch.load("d.pt"):
        holder.inner.one(x)
