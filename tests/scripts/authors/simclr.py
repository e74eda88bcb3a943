import torch, torchvision, torch.nn.functional as F
from torch import nn
from torchvision.datasets import STL10
class TwoViews:
    def __init__(self, t): self.t = t
    def __call__(self, x): return self.t(x), self.t(x)
aug = torchvision.transforms.Compose([torchvision.transforms.RandomResizedCrop(96), torchvision.transforms.ToTensor()])
loader = torch.utils.data.DataLoader(STL10("d", split="unlabeled", transform=TwoViews(aug)), batch_size=256, shuffle=True, drop_last=True)
class SimCLR(nn.Module):
    def __init__(self, out=128):
        super().__init__(); self.enc = torchvision.models.resnet18(); d = self.enc.fc.in_features
        self.enc.fc = nn.Identity(); self.proj = nn.Sequential(nn.Linear(d, d), nn.ReLU(), nn.Linear(d, out))
    def forward(self, x): return self.proj(self.enc(x))
def nt_xent(z1, z2, t=0.5):
    z = F.normalize(torch.cat([z1, z2]), dim=1); sim = z @ z.T / t
    n = len(z1); sim.fill_diagonal_(-1e9)
    return F.cross_entropy(sim, torch.cat([torch.arange(n, 2 * n), torch.arange(n)]).to(z.device))
model = SimCLR().cuda(); optimizer = torch.optim.Adam(model.parameters(), 3e-4)
for epoch in range(100):
    for (a, b), _ in loader:
        loss = nt_xent(model(a.cuda()), model(b.cuda())); optimizer.zero_grad(); loss.backward(); optimizer.step()
#? a model; task representation learning; dataset STL-10; optimizer Adam; learning_rate 0.0003; batch_size 256; epochs 100
