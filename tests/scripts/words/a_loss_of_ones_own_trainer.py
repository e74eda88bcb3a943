"""The loss of a project's trainer is what its library would call."""

import torch
import torch.nn.functional as F
from torch import nn
from transformers import BertModel, Trainer, TrainingArguments


class Sentences(nn.Module):
    def __init__(self):
        super().__init__()
        self.bert = BertModel.from_pretrained("bert-base-chinese")

    def forward(self, input_ids, attention_mask):
        return self.bert(input_ids, attention_mask).last_hidden_state[:, 0]


def nearest(told, temperature=0.05):
    right = torch.arange(told.shape[0])
    right = (right - right % 2 * 2) + 1
    near = F.cosine_similarity(told.unsqueeze(1), told.unsqueeze(0), dim=-1)
    return F.cross_entropy(near / temperature, right)


class Contrasting(Trainer):
    def compute_loss(self, model, inputs, return_outputs=False):
        return nearest(model(**inputs))


settings = TrainingArguments("out", per_device_train_batch_size=8, num_train_epochs=3)  #? batch_size 8
trainer = Contrasting(Sentences(), settings, train_dataset=torch.load("pairs.pt"))
trainer.train()
#? architecture Sentences; family BERT; family Contrastive model; epochs 3
