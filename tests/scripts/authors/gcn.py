import torch, torch.nn.functional as F
from torch_geometric.datasets import Planetoid
from torch_geometric.nn import GCNConv
dataset = Planetoid(root="/tmp/Cora", name="Cora"); data = dataset[0]
class GCN(torch.nn.Module):
    def __init__(self):
        super().__init__(); self.c1 = GCNConv(dataset.num_node_features, 16); self.c2 = GCNConv(16, dataset.num_classes)
    def forward(self, data):
        x = F.relu(self.c1(data.x, data.edge_index)); return F.log_softmax(self.c2(x, data.edge_index), dim=1)
model = GCN(); optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=5e-4)
for epoch in range(200):
    model.train(); optimizer.zero_grad(); out = model(data)
    loss = F.nll_loss(out[data.train_mask], data.y[data.train_mask]); loss.backward(); optimizer.step()
#? a model; task node classification; dataset Cora; optimizer Adam; learning_rate 0.01; no batch_size; epochs 200
