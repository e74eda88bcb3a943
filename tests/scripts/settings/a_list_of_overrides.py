import torch
from omegaconf import OmegaConf

base = OmegaConf.create({"lr": 0.1, "data": {"size": 8}, "epochs": 4})
cfg = OmegaConf.merge(base, OmegaConf.from_dotlist(["lr=0.01", "data.size=32"]))
net = torch.nn.Linear(4, 2)
opt = torch.optim.SGD(net.parameters(), lr=cfg.lr)
loader = torch.utils.data.DataLoader(torch.load("x.pt"), batch_size=cfg.data.size)
for e in range(cfg.epochs):
    for x, y in loader:
        loss = torch.nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? learning_rate 0.01
#? batch_size 32
#? epochs 4
