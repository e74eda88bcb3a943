import torch
from torch.utils.data import DataLoader
from sacred import Experiment
ex = Experiment("x")
ex.add_config({"lr": 1e-3, "bs": 64})
@ex.capture
def train(lr, bs, ep=5):
    net = torch.nn.Linear(3, 2)
    opt = torch.optim.Adam(net.parameters(), lr=lr)
    for e in range(ep):
        for x, y in DataLoader(ds, batch_size=bs):
            loss = torch.nn.functional.cross_entropy(net(x), y); opt.zero_grad(); loss.backward(); opt.step()
@ex.main
def run(_config):
    train()
if __name__ == "__main__":
    ex.run_commandline()
#? batch_size 64
#? learning_rate 0.001
#? epochs 5
