"""A class that derives from a library's and is loaded by its name is the network that is trained."""

import torch
from torch import nn
from torch.optim import AdamW
from torch.utils.data import DataLoader
from transformers.models.bert.modeling_bert import BertModel, BertPreTrainedModel


class Nearness(nn.Module):
    def __init__(self, temperature):
        super().__init__()
        self.temperature, self.cosine = temperature, nn.CosineSimilarity(dim=-1)

    def forward(self, one, other):
        return self.cosine(one, other) / self.temperature


class SentenceBert(BertPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.bert = BertModel(config)
        self.near = Nearness(0.05)

    def forward(self, ids, mask):
        told = self.bert(ids, attention_mask=mask).last_hidden_state[:, 0]
        one, other = told[::2], told[1::2]
        nearness = self.near(one.unsqueeze(1), other.unsqueeze(0))
        labels = torch.arange(nearness.size(0)).long()
        return nn.CrossEntropyLoss()(nearness, labels)


model = SentenceBert.from_pretrained("bert-base-uncased")  #? architecture SentenceBert
optimizer = AdamW(model.parameters(), lr=3e-5)  #? optimizer AdamW; learning_rate 3e-05
for epoch in range(2):  #? epochs 2
    for ids, mask in DataLoader(torch.load("pairs.pt"), batch_size=32):  #? batch_size 32
        loss = model(ids, mask)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
#? family BERT; family Contrastive model; task representation learning
