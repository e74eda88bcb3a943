import torch, torchvision
from torch.utils.data import DataLoader
from net import Net
class Experiment:
    def __init__(self, lr, epochs, batch):
        self.net = Net(); self.opt = torch.optim.SGD(self.net.parameters(), lr); self.epochs = epochs
        self.dl = DataLoader(torchvision.datasets.CIFAR10('.', train=True), batch)
    def __call__(self):
        for epoch in range(1, self.epochs + 1): self.one(epoch)
    def one(self, epoch):
        for x, y in self.dl:
            loss = torch.nn.functional.cross_entropy(self.net(x), y); self.opt.zero_grad(); loss.backward(); self.opt.step()
