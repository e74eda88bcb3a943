import glob, os, torch
from PIL import Image
from torch import nn
from torch.utils.data import Dataset, DataLoader
from torchvision import models, transforms
class Faces(Dataset):
    def __init__(self, root): self.f = glob.glob(os.path.join(root, "*.jpg")); self.t = transforms.ToTensor()
    def __len__(self): return len(self.f)
    def __getitem__(self, i):
        age = float(os.path.basename(self.f[i]).split("_")[0])
        return self.t(Image.open(self.f[i])), torch.tensor([age])
net = models.resnet18(pretrained=True); net.fc = nn.Linear(512, 1)
loss_fn = nn.L1Loss(); opt = torch.optim.Adam(net.parameters(), lr=1e-4)
train_dl = DataLoader(Faces("../input/utkface-new/UTKFace"), batch_size=48, shuffle=True)
def fit(n):
    for e in range(n):
        for x, y in train_dl:
            l = loss_fn(net(x), y); opt.zero_grad(); l.backward(); opt.step()
fit(n=15)
#? a model; task regression; dataset UTKFace; optimizer Adam; learning_rate 0.0001; batch_size 48; epochs 15
