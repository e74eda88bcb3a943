import torch
import torch.nn as nn

KNOWN = {}


def known(made):
    KNOWN[made.__name__] = made
    return made


@known
class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Linear(8, 2)

    def forward(self, x):
        return self.layers(x)


@known
class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells = nn.GRU(8, 16)  #? family GRU
        self.head = nn.Linear(16, 2)

    def forward(self, x):
        return self.head(self.cells(x)[0][-1])


model = KNOWN["Gated"]()  #? architecture Gated
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
for epoch in range(4):
    for x, y in torch.load("batches.pt"):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
