"""Where answers begin and end in their texts: no classes of texts."""

import torch
from datasets import load_dataset
from torch import nn
from torch.utils.data import DataLoader

squad = load_dataset("squad", split="train")


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(30000, 100)
        self.rnn = nn.LSTM(100, 100, batch_first=True, bidirectional=True)
        self.out = nn.Linear(200, 2)

    def forward(self, x):
        return self.out(self.rnn(self.table(x))[0]).unbind(-1)


model = Reader()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()
for epoch in range(5):  #? epochs 5
    for x, answer_span in DataLoader(squad, batch_size=32):
        start_logits, end_logits = model(x)
        loss = criterion(start_logits, answer_span[:, 0]) + criterion(end_logits, answer_span[:, 1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
#? task question answering; family LSTM; dataset SQuAD
