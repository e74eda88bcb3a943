import torch
from torch import nn
from torch.nn import functional

TILES = 30


class Tiles(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(TILES, 8)
        self.beside = nn.Embedding(TILES, 8)

    def forward(self, tile, others):
        score = torch.matmul(self.table(tile), self.beside(others))
        return functional.binary_cross_entropy_with_logits(score, torch.ones_like(score))


tiles = Tiles()
opt = torch.optim.Adam(tiles.parameters(), lr=1e-3)
for epoch in range(5):
    for tile, others in torch.load("level.pt"):
        opt.zero_grad()
        tiles(tile, others).backward()
        opt.step()
#? family Word2vec
