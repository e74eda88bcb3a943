import torch
from torch import nn
from corpus import batches, vocabulary
class Net(nn.Module):
    def __init__(self, tokens):
        super().__init__()
        self.embed, self.rnn = nn.Embedding(tokens, 64), nn.LSTM(64, 128, 2, dropout=0.3)  #? technique dropout
        self.out = nn.Linear(128, tokens)  #? task language modelling
    def forward(self, x):
        return self.out(self.rnn(self.embed(x))[0])
net = Net(len(vocabulary))
opt = torch.optim.Adam(net.parameters())
for epoch in range(3):
    for x, y in batches:
        nn.functional.cross_entropy(net(x).flatten(0, 1), y.flatten()).backward()
        opt.step()
