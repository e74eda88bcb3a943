"""A trainer of the project's own makes its optimizer: its rate counts, not that of the settings."""

import torch
from torch.optim import AdamW
from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments


class Layerwise(Trainer):
    def __init__(self, *args, base_lr=1e-5, **kwargs):
        super().__init__(*args, **kwargs)
        self.base_lr = base_lr

    def create_optimizer(self):
        self.optimizer = AdamW(self.model.parameters(), lr=self.base_lr)  #? optimizer AdamW
        return self.optimizer


model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased")
settings = TrainingArguments("out", per_device_train_batch_size=4, learning_rate=1e-4)
trainer = Layerwise(model=model, args=settings, train_dataset=torch.load("texts.pt"))
trainer.train()
#? learning_rate 1e-05; batch_size 4; family BERT
