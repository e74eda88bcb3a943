import torch
import yaml
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(17, 64), nn.SiLU(), nn.Linear(64, 16))

    def forward(self, x, level):
        return self.body(torch.cat([x, level], 1))


with open("settings.yaml") as file:
    settings = yaml.safe_load(file)
net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for batch in torch.load("points.pt"):
    clean = batch.view(int(settings["rows"]), -1).to(settings["device"])
    level = torch.rand(len(clean), 1).to(settings["device"])
    noise = torch.randn_like(clean).expand(settings["rows"], -1)
    dirty = clean + level * noise
    said = net(dirty, level).reshape(settings["rows"], -1)
    loss = ((said - noise.reshape(settings["rows"], -1)) ** 2).mean()  #? family Diffusion
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
