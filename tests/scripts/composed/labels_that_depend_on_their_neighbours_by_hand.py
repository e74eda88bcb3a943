import torch
from torch import nn


class BiLSTM_CRF(nn.Module):
    def __init__(self, words, tags):
        super().__init__()
        self.table = nn.Embedding(words, 64)
        self.body = nn.LSTM(64, 32, bidirectional=True)  #? family LSTM
        self.last = nn.Linear(64, tags)
        self.transitions = nn.Parameter(torch.randn(tags, tags))

    def total(self, scores):
        so_far = scores[0]
        for each in scores[1:]:
            so_far = torch.logsumexp(so_far.unsqueeze(1) + self.transitions, 0) + each
        return torch.logsumexp(so_far, 0)

    def taken(self, scores, tags):
        moves = self.transitions[tags[:-1], tags[1:]].sum()
        return scores.gather(1, tags.unsqueeze(1)).sum() + moves

    def forward(self, words, tags):
        scores = self.last(self.body(self.table(words))[0])
        return self.total(scores) - self.taken(scores, tags)


net = BiLSTM_CRF(5000, 9)  #? family CRF
opt = torch.optim.SGD(net.parameters(), lr=0.01)
for words, tags in torch.load("sentences.pt"):
    loss = net(words, tags)
    opt.zero_grad()
    loss.backward()
    opt.step()
