import torch, os
from torch import nn
from PIL import Image
from torch.utils.data import Dataset, DataLoader
from torchvision.transforms import functional as TF
class Pairs(Dataset):
    def __init__(self, hr_dir="datasets/DIV2K_train_HR", scale=2):
        self.files = sorted(os.listdir(hr_dir)); self.dir = hr_dir; self.scale = scale
    def __len__(self): return len(self.files)
    def __getitem__(self, i):
        hr = Image.open(f"{self.dir}/{self.files[i]}"); lr = hr.resize((hr.width // self.scale, hr.height // self.scale))
        return TF.to_tensor(lr), TF.to_tensor(hr)
class Upscaler(nn.Module):
    def __init__(self, scale=2, n=64):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, n, 3, 1, 1), nn.ReLU(), nn.Conv2d(n, n, 3, 1, 1), nn.ReLU())
        self.up = nn.Sequential(nn.Conv2d(n, 3 * scale ** 2, 3, 1, 1), nn.PixelShuffle(scale))
    def forward(self, x): return self.up(self.body(x))
net = Upscaler(); optimizer = torch.optim.Adam(net.parameters(), lr=1e-4); l1 = nn.L1Loss()
for epoch in range(300):
    for lr_img, hr_img in DataLoader(Pairs(), batch_size=16, shuffle=True):
        sr = net(lr_img); loss = l1(sr, hr_img); optimizer.zero_grad(); loss.backward(); optimizer.step()
#? a model; task super-resolution; dataset DIV2K; optimizer Adam; learning_rate 0.0001; batch_size 16; epochs 300
