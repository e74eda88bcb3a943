import torch, torchvision
from torch.utils.data import DataLoader
from net import Net
class Solver(object):
    def __init__(self, config):
        self.config = config; self.build()
    def build(self):
        self.net = Net(); self.optim = torch.optim.SGD(self.net.parameters(), self.config.lr)
        self.loader = DataLoader(torchvision.datasets.CIFAR10('.', train=True), batch_size=self.config.batch_size)
    def train(self):
        for e in range(self.config.num_epochs):
            for x, y in self.loader:
                loss = torch.nn.functional.cross_entropy(self.net(x), y); self.optim.zero_grad(); loss.backward(); self.optim.step()
    def test(self): pass
