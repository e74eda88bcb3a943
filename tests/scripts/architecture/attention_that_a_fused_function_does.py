import torch
import torch.nn.functional as F
from flash_attn import flash_attn_func
from torch import nn
class Attention(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(n, n) for _ in range(4))
    def forward(self, x):
        q, k, v = self.q(x), self.k(x), self.v(x)
        return self.o(flash_attn_func(F.rms_norm(q, q.shape), k, v, causal=True))
class GPT(nn.Module):
    def __init__(self, words=5000, n=64):
        super().__init__()
        self.token = nn.Embedding(words, n)
        self.attention = Attention(n)
        self.up, self.down = nn.Linear(n, 4 * n), nn.Linear(4 * n, n)
        self.head = nn.Linear(n, words)
    def forward(self, x):
        x = self.attention(self.token(x))
        return self.head(x + self.down(F.gelu(self.up(x))))
net = GPT()
optimizer = torch.optim.AdamW(net.parameters(), lr=0.001)
for step in range(100):
    x, y = torch.load("d.pt")
    loss = F.cross_entropy(net(x).flatten(0, 1), y.flatten())
    optimizer.zero_grad(); loss.backward(); optimizer.step()
#? family GPT; task language modelling
