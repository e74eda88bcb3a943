import torch
from torch.utils.data import DataLoader
for lr in [1e-3, 1e-4]:
    net = torch.nn.Linear(3, 2)
    opt = torch.optim.Adam(net.parameters(), lr=lr)
    for e in range(5):
        for x, y in DataLoader(ds, batch_size=32):
            loss = torch.nn.functional.cross_entropy(net(x), y); opt.zero_grad(); loss.backward(); opt.step()
#? batch_size 32
#? no learning_rate
#? epochs 5
