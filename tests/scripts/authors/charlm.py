import torch, torch.nn as nn
from torch.nn import functional as F
batch_size = 64; block_size = 256; max_iters = 5000; learning_rate = 3e-4; n_embd = 384; n_head = 6
text = open("input.txt").read()
# wget https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt
chars = sorted(set(text)); vocab_size = len(chars); data = torch.tensor([chars.index(c) for c in text])
def get_batch(split):
    ix = torch.randint(len(data) - block_size, (batch_size,))
    return torch.stack([data[i:i + block_size] for i in ix]), torch.stack([data[i + 1:i + block_size + 1] for i in ix])
class Head(nn.Module):
    def __init__(self, hs):
        super().__init__(); self.k = nn.Linear(n_embd, hs); self.q = nn.Linear(n_embd, hs); self.v = nn.Linear(n_embd, hs)
        self.register_buffer("tril", torch.tril(torch.ones(block_size, block_size)))
    def forward(self, x):
        T = x.shape[1]; w = self.q(x) @ self.k(x).transpose(-2, -1) * n_embd ** -.5
        return F.softmax(w.masked_fill(self.tril[:T, :T] == 0, float("-inf")), -1) @ self.v(x)
class Block(nn.Module):
    def __init__(self):
        super().__init__(); self.h = nn.ModuleList(Head(n_embd // n_head) for _ in range(n_head))
        self.ff = nn.Sequential(nn.Linear(n_embd, 4 * n_embd), nn.ReLU(), nn.Linear(4 * n_embd, n_embd)); self.l = nn.LayerNorm(n_embd)
    def forward(self, x): x = x + torch.cat([h(self.l(x)) for h in self.h], -1); return x + self.ff(x)
class LM(nn.Module):
    def __init__(self):
        super().__init__(); self.tok = nn.Embedding(vocab_size, n_embd); self.pos = nn.Embedding(block_size, n_embd)
        self.blocks = nn.Sequential(*[Block() for _ in range(6)]); self.head = nn.Linear(n_embd, vocab_size)
    def forward(self, idx, tgt=None):
        x = self.tok(idx) + self.pos(torch.arange(idx.shape[1])); logits = self.head(self.blocks(x))
        return logits, None if tgt is None else F.cross_entropy(logits.view(-1, vocab_size), tgt.view(-1))
m = LM(); optimizer = torch.optim.AdamW(m.parameters(), lr=learning_rate)
for it in range(max_iters):
    xb, yb = get_batch("train"); _, loss = m(xb, yb); optimizer.zero_grad(set_to_none=True); loss.backward(); optimizer.step()
#? a model; task language modelling; optimizer AdamW; learning_rate 0.0003; batch_size 64; no epochs
