import torch
from torch.utils.data import DataLoader
import itertools
for lr, bs in itertools.product([1e-3, 1e-4], [16, 32]):
    net = torch.nn.Linear(3, 2)
    opt = torch.optim.Adam(net.parameters(), lr=lr)
    for e in range(5):
        for x, y in DataLoader(ds, batch_size=bs):
            loss = torch.nn.functional.cross_entropy(net(x), y); opt.zero_grad(); loss.backward(); opt.step()
#? no batch_size
#? no learning_rate
#? epochs 5
