import torch
from torch.utils.data import DataLoader
from sacred import Experiment
ex = Experiment("x")
@ex.config
def cfg():
    lr = 1e-3; bs = 64; ep = 5
@ex.automain
def main(lr, bs, ep):
    net = torch.nn.Linear(3, 2)
    opt = torch.optim.Adam(net.parameters(), lr=lr)
    for e in range(ep):
        for x, y in DataLoader(ds, batch_size=bs):
            loss = torch.nn.functional.cross_entropy(net(x), y); opt.zero_grad(); loss.backward(); opt.step()
#? batch_size 64
#? learning_rate 0.001
#? epochs 5
