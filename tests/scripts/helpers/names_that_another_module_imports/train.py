#? script
from settings import *
class Net(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(3, 1)
    def training_step(self, batch, index):
        return self.layer(batch).sum()
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.5)  #? learning_rate 0.5
pl.Trainer(max_epochs=4).fit(Net(), torch.load("d.pt"))  #? epochs 4
#? framework PyTorch Lightning
