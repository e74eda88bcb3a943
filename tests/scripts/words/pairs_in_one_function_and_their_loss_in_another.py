"""All pairs are compared in one function, their entropy against the rows is in another."""

import torch
from torch.nn import CrossEntropyLoss
from torch.optim import AdamW
from transformers import AutoModel


class Loop:
    def __init__(self, model, loader):
        self.model, self.loader = model, loader
        self.optimizer = AdamW(model.parameters(), lr=2e-5)  #? optimizer AdamW

    def compare(self, batch):
        vectors = self.model(**batch)["pooler_output"]
        asked, told = vectors[::2], vectors[1::2]
        return asked @ told.T

    def run(self):
        criterion = CrossEntropyLoss()
        labels = torch.arange(0, 16, device="cuda")
        for batch in self.loader:
            likeness = self.compare(batch)
            loss = (criterion(likeness, labels) + criterion(likeness.T, labels)) / 2
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()


Loop(AutoModel.from_pretrained("bert-base-uncased"), torch.load("pairs.pt")).run()
#? family BERT; family Contrastive model; task representation learning
