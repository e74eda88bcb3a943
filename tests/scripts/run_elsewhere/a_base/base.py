import torch
from abc import ABC, abstractmethod
class BaseTrainer(ABC):
    def __init__(self):
        self.model = self.build_model(); self.loader = self.build_loader(); self.optimizer = self.build_optimizer()
    @abstractmethod
    def build_model(self): ...
    @abstractmethod
    def build_loader(self): ...
    @abstractmethod
    def compute_loss(self, batch): ...
    def build_optimizer(self): return torch.optim.SGD(self.model.parameters(), lr=self.lr)
    def train(self):
        for epoch in range(self.epochs):
            for batch in self.loader:
                loss = self.compute_loss(batch); self.optimizer.zero_grad(); loss.backward(); self.optimizer.step()
