import torch
from torch.utils.data import DataLoader
class Cls:
    def __init__(self, net, data, hp):
        self.__dict__.update(net=net, data=data, **hp)
    def fit(self):
        opt = torch.optim.SGD(self.net.parameters(), lr=self.lr); dl = DataLoader(self.data, self.bs)
        for epoch in range(self.epochs):
            for x, y in dl:
                loss = torch.nn.functional.cross_entropy(self.net(x), y); opt.zero_grad(); loss.backward(); opt.step()
TRAINERS = {'cls': Cls}
