from torch import nn


class Extractor(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.rnn = nn.LSTM(64, width)
        self.out = nn.Linear(width, 5)

    def forward(self, x):
        return self.out(self.rnn(x)[0])
