import torch, glob
from torch import nn
from torch.utils.data import DataLoader, Dataset
import cv2
class Patches(Dataset):
    def __init__(self): self.p = [cv2.imread(f, 0) for f in glob.glob("data/BSDS500/train/*.jpg")]
    def __len__(self): return len(self.p)
    def __getitem__(self, i): return torch.tensor(self.p[i][None] / 255.).float()
class DnCNN(nn.Module):
    def __init__(self, depth=17, c=64):
        super().__init__()
        l = [nn.Conv2d(1, c, 3, padding=1), nn.ReLU(True)]
        for _ in range(depth - 2): l += [nn.Conv2d(c, c, 3, padding=1, bias=False), nn.BatchNorm2d(c), nn.ReLU(True)]
        self.net = nn.Sequential(*l, nn.Conv2d(c, 1, 3, padding=1))
    def forward(self, x): return x - self.net(x)
model = DnCNN(); crit = nn.MSELoss(reduction="sum"); opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(50):
    for clean in DataLoader(Patches(), 128, shuffle=True):
        noisy = clean + torch.randn_like(clean) * 25 / 255.
        loss = crit(model(noisy), clean); opt.zero_grad(); loss.backward(); opt.step()
#? a model; task denoising; dataset BSDS500; optimizer Adam; learning_rate 0.001; batch_size 128; epochs 50
