#? script
#? no steps
import hydra, torch
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
import lightning as L

class Lit(L.LightningModule):
    def __init__(self, net, optimizer):
        super().__init__()
        self.save_hyperparameters(logger=False)
        self.net = net
    def training_step(self, batch, i):
        return self.net(batch[0]).sum()
    def configure_optimizers(self):
        return self.hparams.optimizer(params=self.parameters())
    def train_dataloader(self):
        return DataLoader(MNIST("."), batch_size=10)  #? batch_size 10

@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg):
    model = hydra.utils.instantiate(cfg.model)
    trainer = hydra.utils.instantiate(cfg.trainer)
    trainer.fit(model=model)

if __name__ == "__main__":
    main()
