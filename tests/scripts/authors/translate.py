import torch, math
from torch import nn
from torchtext.datasets import Multi30k
from torch.utils.data import DataLoader
from torch.nn.utils.rnn import pad_sequence
SRC, TGT = "de", "en"
class Seq2SeqTransformer(nn.Module):
    def __init__(self, layers, emb, heads, src_vocab, tgt_vocab, ff):
        super().__init__()
        self.transformer = nn.Transformer(emb, heads, layers, layers, ff)
        self.generator = nn.Linear(emb, tgt_vocab)
        self.src_emb = nn.Embedding(src_vocab, emb); self.tgt_emb = nn.Embedding(tgt_vocab, emb)
    def forward(self, s, t, tm): return self.generator(self.transformer(self.src_emb(s), self.tgt_emb(t), tgt_mask=tm))
def collate(b): return pad_sequence([x for x, _ in b]), pad_sequence([y for _, y in b])
model = Seq2SeqTransformer(3, 512, 8, 19000, 10000, 512)
loss_fn = nn.CrossEntropyLoss(ignore_index=1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, betas=(0.9, 0.98), eps=1e-9)
def train_epoch(model, optimizer):
    it = Multi30k(split="train", language_pair=(SRC, TGT))
    for src, tgt in DataLoader(it, batch_size=128, collate_fn=collate):
        logits = model(src, tgt[:-1], nn.Transformer.generate_square_subsequent_mask(len(tgt) - 1))
        loss = loss_fn(logits.reshape(-1, logits.shape[-1]), tgt[1:].reshape(-1))
        optimizer.zero_grad(); loss.backward(); optimizer.step()
for epoch in range(1, 18 + 1): train_epoch(model, optimizer)
#? a model; task machine translation; dataset Multi30k; optimizer Adam; learning_rate 0.0001; batch_size 128; epochs 18
