import torch
from torch.nn import Linear, Sequential, ReLU
import torch.nn.functional as F
from torch_geometric.datasets import TUDataset
from torch_geometric.loader import DataLoader
from torch_geometric.nn import GINConv, global_add_pool
ds = TUDataset("data/TU", name="PROTEINS").shuffle()
loader = DataLoader(ds[:900], batch_size=64, shuffle=True)
class GIN(torch.nn.Module):
    def __init__(self, h):
        super().__init__()
        self.c1 = GINConv(Sequential(Linear(ds.num_features, h), ReLU(), Linear(h, h)))
        self.c2 = GINConv(Sequential(Linear(h, h), ReLU(), Linear(h, h)))
        self.out = Linear(h, ds.num_classes)
    def forward(self, x, ei, batch):
        x = self.c2(self.c1(x, ei).relu(), ei); return self.out(global_add_pool(x, batch))
model = GIN(32).cuda(); opt = torch.optim.Adam(model.parameters(), lr=.01)
def train():
    for d in loader:
        opt.zero_grad(); loss = F.cross_entropy(model(d.x, d.edge_index, d.batch), d.y); loss.backward(); opt.step()
for epoch in range(1, 171): train()
#? a model; task graph classification; dataset PROTEINS; optimizer Adam; learning_rate 0.01; batch_size 64; epochs 170
