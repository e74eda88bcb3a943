#? script
import torch
from torch import nn
from torch_geometric.datasets import Planetoid
from torch_geometric.nn import GCNConv

from prepare import coarsen

data = Planetoid("data", "Cora")[0]
parts = coarsen(data.x.numpy(), 8)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = GCNConv(1433, 16), GCNConv(16, 7)

    def forward(self, x, e):
        return self.b(self.a(x, e).relu(), e)


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=0.01)
for epoch in range(200):  #? epochs 200
    out = net(data.x, data.edge_index)
    loss = nn.functional.cross_entropy(out[data.train_mask], data.y[data.train_mask])
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family GCN
#? architecture Net
#? task node classification
