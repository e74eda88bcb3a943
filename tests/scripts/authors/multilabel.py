import torch, os, pandas as pd
from torch import nn
import torchvision
from torch.utils.data import Dataset, DataLoader
from PIL import Image
class ChestXrayDataSet(Dataset):
    def __init__(self, folder, csv): self.df = pd.read_csv(csv); self.folder = folder
    def __len__(self): return len(self.df)
    def __getitem__(self, i): return Image.open(os.path.join(self.folder, self.df.iloc[i, 0])).convert("RGB"), torch.tensor(self.df.iloc[i, 1:])
class DenseNet121(nn.Module):
    def __init__(self, out):
        super().__init__(); self.d = torchvision.models.densenet121(pretrained=True)
        self.d.classifier = nn.Sequential(nn.Linear(self.d.classifier.in_features, out), nn.Sigmoid())
    def forward(self, x): return self.d(x)
model = nn.DataParallel(DenseNet121(14)).cuda()
loader = DataLoader(ChestXrayDataSet("./ChestX-ray14/images", "labels.csv"), 16, shuffle=True)
opt = torch.optim.Adam(model.parameters(), 1e-3); crit = nn.BCELoss()
for ep in range(100):
    for x, y in loader:
        loss = crit(model(x), y); opt.zero_grad(); loss.backward(); opt.step()
#? a model; task image classification; dataset ChestX-ray14; optimizer Adam; learning_rate 0.001; batch_size 16; epochs 100
