"""Lightning asks a module to make its network: the class it is given stands elsewhere."""

import lightning as L
import torch
from torch import nn
from torch.utils.data import DataLoader


class Names(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.rnn, self.out = nn.RNN(57, width), nn.Linear(width, 18)

    def forward(self, x):
        return self.out(self.rnn(x)[1][0])


class Wrapped(L.LightningModule):
    def __init__(self, module, **settings):
        super().__init__()
        self.module, self.settings = module, settings

    def configure_model(self):
        if not hasattr(self, "made"):
            self.made = self.module(**self.settings)

    def training_step(self, batch, number):
        x, y = batch
        return nn.functional.cross_entropy(self.made(x), y)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-3)


model = Wrapped(module=Names, width=32)
loader = DataLoader(torch.load("names.pt"), batch_size=64)
L.Trainer(max_epochs=50).fit(model, loader)
#? architecture Wrapped; family RNN; batch_size 64; epochs 50
