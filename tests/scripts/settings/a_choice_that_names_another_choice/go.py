#? script
import hydra
import torch
from hydra.utils import instantiate


@hydra.main(config_path="conf", config_name="top", version_base=None)
def go(cfg):
    net = instantiate(cfg.net)
    opt = torch.optim.SGD(net.parameters(), lr=cfg.data.rate)
    for epoch in range(4):
        for x, y in torch.load(cfg.data.file):
            loss = torch.nn.functional.cross_entropy(net(x), y)
            opt.zero_grad()
            loss.backward()
            opt.step()


go()
