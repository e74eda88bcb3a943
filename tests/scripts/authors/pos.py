import torch, torch.nn as nn
from torchtext import datasets, data
TEXT = data.Field(lower=True); TAGS = data.Field(unk_token=None)
train, valid, test = datasets.UDPOS.splits((("text", TEXT), ("udtags", TAGS)))
TEXT.build_vocab(train); TAGS.build_vocab(train)
it, _, _ = data.BucketIterator.splits((train, valid, test), batch_size=128)
class Tagger(nn.Module):
    def __init__(self, v, e, h, o):
        super().__init__(); self.embedding = nn.Embedding(v, e); self.lstm = nn.LSTM(e, h, 2, bidirectional=True); self.fc = nn.Linear(2 * h, o)
    def forward(self, t): return self.fc(self.lstm(self.embedding(t))[0])
model = Tagger(len(TEXT.vocab), 100, 128, len(TAGS.vocab)); optimizer = torch.optim.Adam(model.parameters()); crit = nn.CrossEntropyLoss(ignore_index=0)
for epoch in range(10):
    for b in it:
        optimizer.zero_grad(); p = model(b.text); loss = crit(p.view(-1, p.shape[-1]), b.udtags.view(-1)); loss.backward(); optimizer.step()
#? a model; task token classification; dataset Universal Dependencies; optimizer Adam; batch_size 128; epochs 10
