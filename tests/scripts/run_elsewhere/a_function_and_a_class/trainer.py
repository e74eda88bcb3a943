import torch
from torch.utils.data import DataLoader
def make_optimizer(params, name, **kw): return getattr(torch.optim, name)(params, **kw)
def fit(model_cls, data, cfg):
    model = model_cls().train(); opt = make_optimizer(model.parameters(), **cfg['optim'])
    dl = DataLoader(data, cfg['bs'])
    for ep in range(cfg['epochs']):
        for x, y in dl:
            loss = torch.nn.functional.cross_entropy(model(x), y); opt.zero_grad(); loss.backward(); opt.step()
