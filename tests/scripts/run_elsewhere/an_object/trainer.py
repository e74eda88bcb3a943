import torch
class Trainer:
    def __init__(self, model, loader, lr, epochs):
        self.model, self.loader, self.epochs = model, loader, epochs
        self.opt = torch.optim.SGD(self.model.parameters(), lr=lr)
    def run(self):
        for epoch in range(self.epochs): self._epoch()
    def _epoch(self):
        for x, y in self.loader:
            loss = torch.nn.functional.cross_entropy(self.model(x), y); self.opt.zero_grad(); loss.backward(); self.opt.step()
