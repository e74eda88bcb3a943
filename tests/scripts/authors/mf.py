import numpy as np, torch
from torch import nn
import pandas as pd
ratings = pd.read_csv("ml-latest-small/ratings.csv")
class BiasedMF(nn.Module):
    def __init__(self, n_users, n_items, f=20):
        super().__init__()
        self.user_factors = nn.Embedding(n_users, f); self.item_factors = nn.Embedding(n_items, f)
        self.ub = nn.Embedding(n_users, 1); self.ib = nn.Embedding(n_items, 1)
    def forward(self, u, i):
        return (self.user_factors(u) * self.item_factors(i)).sum(1) + self.ub(u).squeeze() + self.ib(i).squeeze()
model = BiasedMF(700, 10000); opt = torch.optim.SGD(model.parameters(), lr=0.05)
u = torch.LongTensor(ratings.userId.values); it = torch.LongTensor(ratings.movieId.values); y = torch.FloatTensor(ratings.rating.values)
bs = 512
for epoch in range(30):
    perm = torch.randperm(len(u))
    for k in range(0, len(u), bs):
        idx = perm[k:k + bs]
        loss = nn.functional.mse_loss(model(u[idx], it[idx]), y[idx])
        opt.zero_grad(); loss.backward(); opt.step()
#? a model; task recommendation; dataset MovieLens; optimizer SGD; learning_rate 0.05; batch_size 512; epochs 30
