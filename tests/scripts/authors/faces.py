import torch, torch.nn as nn, torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset
from torchvision.datasets import ImageFolder
class Pairs(Dataset):
    def __init__(self, folder): self.f = folder
    def __getitem__(self, i): return self.f[i][0], self.f[i + 1][0], torch.tensor([0.])
    def __len__(self): return len(self.f) - 1
class SiameseNetwork(nn.Module):
    def __init__(self):
        super().__init__(); self.cnn = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 8, 3), nn.ReLU()); self.fc = nn.Sequential(nn.Linear(8 * 96 * 96, 500), nn.ReLU(), nn.Linear(500, 5))
    def once(self, x): return self.fc(self.cnn(x).flatten(1))
    def forward(self, a, b): return self.once(a), self.once(b)
class ContrastiveLoss(nn.Module):
    def __init__(self, margin=2.): super().__init__(); self.margin = margin
    def forward(self, a, b, y):
        d = F.pairwise_distance(a, b); return ((1 - y) * d ** 2 + y * torch.clamp(self.margin - d, min=0) ** 2).mean()
net = SiameseNetwork(); crit = ContrastiveLoss(); opt = torch.optim.Adam(net.parameters(), lr=5e-4)
dl = DataLoader(Pairs(ImageFolder("lfw-deepfunneled")), shuffle=True, batch_size=64)
for epoch in range(0, 100):
    for a, b, y in dl:
        opt.zero_grad(); l = crit(*net(a, b), y); l.backward(); opt.step()
#? a model; task face recognition; dataset LFW; optimizer Adam; learning_rate 0.0005; batch_size 64; epochs 100
