import torch, torchvision
from torch.utils.data import DataLoader
from .net import Net
class Agent:
    def __init__(self, cfg):
        self.cfg = cfg; self.net = Net()
        self.opt = torch.optim.SGD(self.net.parameters(), lr=cfg.lr)
    @property
    def loader(self): return DataLoader(torchvision.datasets.CIFAR10('.', train=True), batch_size=self.cfg.bs)
    def loss(self, batch):
        x, y = batch; return torch.nn.functional.cross_entropy(self.net(x), y)
    def learn(self):
        for epoch in range(self.cfg.n):
            for batch in self.loader:
                l = self.loss(batch); self.opt.zero_grad(); l.backward(); self.opt.step()
def build_agent(cfg): return Agent(cfg)
