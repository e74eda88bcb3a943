import torch


class ExtractionTrainer:
    def __init__(self, cfg, model):
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters(), lr=cfg.lr)
        self.loader = cfg.loader

    def train(self):
        for epoch in range(10):
            for x, y in self.loader:
                loss = torch.nn.functional.cross_entropy(self.model(x).flatten(0, 1), y.flatten())
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
