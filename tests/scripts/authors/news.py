import torch
from torch import nn
from torchtext.datasets import AG_NEWS
from torch.utils.data import DataLoader
class TextClassificationModel(nn.Module):
    def __init__(self, v, d, n): super().__init__(); self.embedding = nn.EmbeddingBag(v, d); self.fc = nn.Linear(d, n)
    def forward(self, t, o): return self.fc(self.embedding(t, o))
EPOCHS, LR, BATCH_SIZE = 10, 5, 64
model = TextClassificationModel(95811, 64, 4); criterion = nn.CrossEntropyLoss(); optimizer = torch.optim.SGD(model.parameters(), lr=LR)
def collate(b): return b
dl = DataLoader(AG_NEWS(split="train"), batch_size=BATCH_SIZE, shuffle=True, collate_fn=collate)
def train(dl):
    for label, text, off in dl:
        optimizer.zero_grad(); loss = criterion(model(text, off), label); loss.backward(); optimizer.step()
for epoch in range(1, EPOCHS + 1): train(dl)
#? a model; task text classification; dataset AG News; optimizer SGD; learning_rate 5; batch_size 64; epochs 10
