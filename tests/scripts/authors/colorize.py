import torch, glob
from torch import nn
from skimage import color, io
from torch.utils.data import Dataset, DataLoader
class GrayToColor(Dataset):
    def __init__(self, root): self.f = glob.glob(root + "/*.jpg")
    def __len__(self): return len(self.f)
    def __getitem__(self, i): lab = color.rgb2lab(io.imread(self.f[i])); return torch.tensor(lab[..., :1]).permute(2, 0, 1).float() / 100, torch.tensor(lab[..., 1:]).permute(2, 0, 1).float() / 128
class ColorNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.Sequential(nn.Conv2d(1, 64, 3, 2, 1), nn.ReLU(), nn.Conv2d(64, 128, 3, 2, 1), nn.ReLU())
        self.u = nn.Sequential(nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(64, 2, 4, 2, 1), nn.Tanh())
    def forward(self, l): return self.u(self.d(l))
net = ColorNet(); o = torch.optim.Adam(net.parameters(), lr=.001)
for e in range(50):
    for l, ab in DataLoader(GrayToColor("landscape"), 64, shuffle=True):
        loss = nn.functional.mse_loss(net(l), ab); o.zero_grad(); loss.backward(); o.step()
#? a model; task colorisation; optimizer Adam; learning_rate 0.001; batch_size 64; epochs 50
