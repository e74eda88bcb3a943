import torch
from torch import nn


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.ModuleDict({"table": nn.Embedding(99, 16), "mix": nn.Linear(16, 16)})
        self.head = nn.Linear(16, 99)

    def forward(self, x):
        return self.head(self.body.mix(self.body.table(x)))

    def optimizer(self):
        groups = [
            {"params": list(self.head.parameters()), "lr": 0.004},
            {"params": list(self.body.table.parameters()), "lr": 0.2},
            {"params": list(self.body.mix.parameters()), "lr": 0.02},
        ]
        return torch.optim.AdamW(groups)  #? optimizer AdamW


words = Words()  #? architecture Words
opt = words.optimizer()
for epoch in range(3):
    for x, y in torch.load("text.pt"):
        opt.zero_grad()
        nn.functional.cross_entropy(words(x).transpose(1, 2), y).backward()
        opt.step()
