"""A package that gives its network and its words back together."""

import torch
from kobert.pytorch_kobert import get_pytorch_kobert_model
from torch import nn
from torch.utils.data import DataLoader

bert, vocab = get_pytorch_kobert_model()


class Feelings(nn.Module):
    def __init__(self, bert):
        super().__init__()
        self.bert, self.out = bert, nn.Linear(768, 2)

    def forward(self, ids, kinds):
        return self.out(self.bert(input_ids=ids, token_type_ids=kinds)[1])


model = Feelings(bert)  #? architecture Feelings
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5)
for ids, kinds, labels in DataLoader(torch.load("texts.pt"), batch_size=64):
    loss = nn.functional.cross_entropy(model(ids, kinds), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
#? family BERT
