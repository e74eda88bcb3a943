import lightning as L, torch, timm
from torch import nn
from torchvision.datasets import Food101
from torchvision import transforms
from torch.utils.data import DataLoader
class FoodModel(L.LightningModule):
    def __init__(self, lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.net = timm.create_model("resnet34", pretrained=True, num_classes=101)
        self.crit = nn.CrossEntropyLoss(label_smoothing=0.1)
    def training_step(self, batch, i):
        x, y = batch
        return self.crit(self.net(x), y)
    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=self.hparams.lr)
class FoodData(L.LightningDataModule):
    def __init__(self, bs): super().__init__(); self.bs = bs
    def train_dataloader(self):
        ds = Food101("data", "train", transform=transforms.ToTensor())
        return DataLoader(ds, batch_size=self.bs, shuffle=True)
if __name__ == "__main__":
    trainer = L.Trainer(max_epochs=12, accelerator="gpu")
    trainer.fit(FoodModel(4e-4), datamodule=FoodData(64))
#? a model; task image classification; dataset Food-101; optimizer AdamW; learning_rate 0.0004; batch_size 64; epochs 12
