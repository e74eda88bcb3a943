import torch
from torch import nn


class Blind(nn.Conv2d):
    def __init__(self, inner, outer, size, centre):
        super().__init__(inner, outer, size, padding=size // 2)
        mask = torch.ones_like(self.weight)
        mask[:, :, size // 2, size // 2 + centre :] = 0
        mask[:, :, size // 2 + 1 :] = 0
        self.register_buffer("mask", mask)

    def forward(self, x):  
        self.weight.data *= self.mask
        return super().forward(x)


class Painter(nn.Module):
    def __init__(self):
        super().__init__()
        parts = [Blind(1, 32, 7, 0), nn.ReLU(), Blind(32, 32, 3, 1), nn.ReLU(), Blind(32, 4, 1, 1)]
        self.parts = nn.Sequential(*parts)

    def forward(self, x):
        return self.parts(x)


painter = Painter()
#? family PixelCNN; family CNN
opt = torch.optim.Adam(painter.parameters(), lr=1e-3)
for epoch in range(9):
    for x in torch.load("pictures.pt"):
        said = painter(x)
        loss = nn.functional.cross_entropy(said, x.long())
        opt.zero_grad()
        loss.backward()
        opt.step()
