import pandas as pd, torch, torch.nn as nn
from torch.utils.data import TensorDataset, DataLoader
r = pd.read_csv("ml-1m/ratings.dat", sep="::", names=["user", "item", "rating", "ts"], engine="python")
ds = TensorDataset(torch.tensor(r.user.values), torch.tensor(r.item.values), torch.tensor(r.rating.values > 3).float())
class NCF(nn.Module):
    def __init__(self, nu, ni, k=32):
        super().__init__(); self.u = nn.Embedding(nu, k); self.i = nn.Embedding(ni, k)
        self.mlp = nn.Sequential(nn.Linear(2 * k, 64), nn.ReLU(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 1))
    def forward(self, u, i): return self.mlp(torch.cat([self.u(u), self.i(i)], 1)).squeeze()
m = NCF(6041, 3953); o = torch.optim.Adam(m.parameters()  , lr=1e-3); bce = nn.BCEWithLogitsLoss()
for e in range(20):
    for u, i, y in DataLoader(ds, batch_size=1024, shuffle=True):
        l = bce(m(u, i), y); o.zero_grad(); l.backward(); o.step()
#? a model; task recommendation; dataset MovieLens; optimizer Adam; learning_rate 0.001; batch_size 1024; epochs 20
