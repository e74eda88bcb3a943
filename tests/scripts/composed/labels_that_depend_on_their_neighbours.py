import torch
from torch import nn
from torchcrf import CRF


class Tagger(nn.Module):
    def __init__(self, words, tags):
        super().__init__()
        self.table = nn.Embedding(words, 64)
        self.body = nn.LSTM(64, 32, bidirectional=True, batch_first=True)  #? family LSTM
        self.last = nn.Linear(64, tags)
        self.chain = CRF(tags, batch_first=True)  #? family CRF

    def forward(self, words, tags):
        return -self.chain(self.last(self.body(self.table(words))[0]), tags)


net = Tagger(5000, 9)
opt = torch.optim.Adam(net.parameters(), lr=0.01)
for words, tags in torch.load("sentences.pt"):
    loss = net(words, tags)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? task token classification
