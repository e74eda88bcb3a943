import torch, h5py
from torch import nn
import segmentation_models_pytorch as smp
from torch.utils.data import Dataset, DataLoader
class NYU(Dataset):
    def __init__(self, f="nyu_depth_v2_labeled.mat"): h = h5py.File(f); self.i, self.d = h["images"], h["depths"]
    def __len__(self): return len(self.i)
    def __getitem__(self, k): return torch.tensor(self.i[k] / 255.).float(), torch.tensor(self.d[k])[None]
model = smp.Unet("resnet34", encoder_weights="imagenet", in_channels=3, classes=1)
def silog(p, t): g = torch.log(p.clamp(1e-3)) - torch.log(t.clamp(1e-3)); return torch.sqrt((g ** 2).mean() - .85 * g.mean() ** 2)
opt = torch.optim.AdamW(model.parameters(), lr=1e-4)
for epoch in range(20):
    for img, depth in DataLoader(NYU(), batch_size=8, shuffle=True):
        pred_depth = model(img); loss = silog(pred_depth, depth); opt.zero_grad(); loss.backward(); opt.step()
#? a model; dataset NYU Depth; optimizer AdamW; learning_rate 0.0001; batch_size 8; epochs 20
