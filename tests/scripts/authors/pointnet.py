import torch, torch.nn as nn, torch.nn.functional as F
from torch_geometric.datasets import ModelNet
import torch_geometric.transforms as T
from torch_geometric.loader import DataLoader
tr = ModelNet("data/ModelNet10", name="10", train=True, transform=T.SamplePoints(1024)); dl = DataLoader(tr, batch_size=32, shuffle=True)
class PointNet(nn.Module):
    def __init__(self, k=10):
        super().__init__(); self.c1 = nn.Conv1d(3, 64, 1); self.c2 = nn.Conv1d(64, 128, 1); self.c3 = nn.Conv1d(128, 1024, 1); self.f = nn.Linear(1024, k)
    def forward(self, x): x = F.relu(self.c1(x)); x = F.relu(self.c2(x)); x = self.c3(x).max(2)[0]; return F.log_softmax(self.f(x), 1)
net = PointNet(); opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(15):
    for d in dl:
        loss = F.nll_loss(net(d.pos.view(-1, 1024, 3).transpose(1, 2)), d.y); opt.zero_grad(); loss.backward(); opt.step()
#? a model; task point cloud classification; dataset ModelNet; optimizer Adam; learning_rate 0.001; batch_size 32; epochs 15
