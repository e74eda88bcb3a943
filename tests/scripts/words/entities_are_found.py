"""Tokens that are told apart as entities: no plain classification."""

import torch
from torch import nn
from torch.utils.data import DataLoader
from transformers import AutoModel


class NERModel(nn.Module):
    def __init__(self, name):
        super().__init__()
        self.bert = AutoModel.from_pretrained(name)
        self.one, self.other = nn.Linear(768, 512), nn.Linear(512, 9)
        self.entropy = nn.CrossEntropyLoss(ignore_index=-1)

    def forward(self, ids, mask, labels):
        told = self.other(torch.relu(self.one(self.bert(ids, attention_mask=mask)[0])))
        return self.entropy(told.view(-1, 9), labels.view(-1))


model = NERModel("nlp-waseda/roberta-base-japanese")
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5)
for epoch in range(10):  #? epochs 10
    for ids, mask, labels in DataLoader(torch.load("texts.pt"), batch_size=16):
        loss = model(ids, mask, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
#? task named entity recognition; family BERT
