"""Parts of one network, and layers of a part, that have rates of their own are that network."""

import torch
from torch import nn
from transformers import DistilBertModel


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = DistilBertModel.from_pretrained("distilbert-base-uncased")
        self.head = nn.Linear(self.body.config.hidden_size, 5)

    def forward(self, ids, mask):
        return self.head(self.body(ids, attention_mask=mask).last_hidden_state[:, 0])


model = Tagger()  #? architecture Tagger
optimizer = torch.optim.AdamW([
    {"params": model.body.embeddings.parameters(), "lr": 1e-5},
    {"params": model.body.transformer.layer[:3].parameters(), "lr": 2e-5},
    {"params": model.head.parameters(), "lr": 5e-5},
])
for ids, mask, labels in torch.load("texts.pt"):
    loss = nn.CrossEntropyLoss()(model(ids, mask), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
#? family BERT
