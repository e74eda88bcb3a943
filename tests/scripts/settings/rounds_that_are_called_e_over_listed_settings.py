import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
def train(model, loader, opt):
    for batch, (x, y) in enumerate(loader):
        opt.zero_grad()
        nn.functional.mse_loss(model(x), y).backward()
        opt.step()
loader = DataLoader(TensorDataset(torch.ones(3), torch.ones(3)), batch_size=32)  #? batch_size 32
for width, color in zip([8, 16], ["a", "b"]):
    for rate, style in [(0.1, "solid"), (0.01, "dotted")]:
        model = nn.Sequential(nn.Linear(1, width), nn.ReLU(), nn.Linear(width, 1))
        opt = torch.optim.Adam(model.parameters(), lr=rate)
        for e in range(500):  #? epochs 500
            train(model, loader, opt)
