import torch
from torch_geometric.datasets import Planetoid
import torch_geometric.transforms as T
from torch_geometric.nn import SAGEConv
from torch_geometric.utils import negative_sampling
tr, va, te = T.RandomLinkSplit(is_undirected=True, add_negative_train_samples=False)(Planetoid("data", "Cora")[0])
class Net(torch.nn.Module):
    def __init__(self, i, h, o): super().__init__(); self.a = SAGEConv(i, h); self.b = SAGEConv(h, o)
    def encode(self, x, e): return self.b(self.a(x, e).relu(), e)
    def decode(self, z, e): return (z[e[0]] * z[e[1]]).sum(-1)
model = Net(1433, 128, 64); optimizer = torch.optim.Adam(params=model.parameters(), lr=0.01)
crit = torch.nn.BCEWithLogitsLoss()
for epoch in range(1, 101):
    optimizer.zero_grad(); z = model.encode(tr.x, tr.edge_index)
    neg = negative_sampling(tr.edge_index, num_nodes=tr.num_nodes)
    e = torch.cat([tr.edge_label_index, neg], -1)
    y = torch.cat([tr.edge_label, tr.edge_label.new_zeros(neg.size(1))])
    loss = crit(model.decode(z, e).view(-1), y); loss.backward(); optimizer.step()
#? a model; task link prediction; dataset Cora; optimizer Adam; learning_rate 0.01; no batch_size; epochs 100
