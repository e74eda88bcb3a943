import torch
from torch import nn
import torch.nn.functional as F

class Correlation(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k = nn.Linear(8, 8), nn.Linear(8, 8)
    def forward(self, x): return torch.fft.irfft(torch.fft.rfft(self.q(x)) * self.k(x))
class Trend(nn.Module):
    def __init__(self):
        super().__init__()
        self.average = nn.AvgPool1d(3)
    def forward(self, x):
        trend = self.average(x)
        return x - trend, trend
class EncoderLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention, self.norm, self.trend = Correlation(), nn.LayerNorm(8), Trend()
        self.one, self.two = nn.Linear(8, 8), nn.Linear(8, 8)
    def forward(self, x):
        rest, trend = self.trend(x + self.attention(x))
        return self.norm(self.two(self.one(rest)))
class Autoformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = EncoderLayer(), EncoderLayer()  #? family Transformer
    def forward(self, x): return self.decoder(self.encoder(x))

net = Autoformer()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
for epoch in range(5):
    F.cross_entropy(net(x), y).backward()
    optimizer.step()
