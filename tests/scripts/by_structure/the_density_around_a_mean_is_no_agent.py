import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.act, self.worth = nn.Linear(4, 64), nn.Linear(64, 2), nn.Linear(64, 1)

    def forward(self, state):
        hidden = self.body(state).relu()
        return self.act(hidden), self.worth(hidden)


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for state, chosen, came in torch.load("played.pt"):
    spread, middle = net(state)
    apart = came - middle
    scaled = apart * torch.exp(-spread.log())
    loss = (scaled**2 + spread.log()).mean() + (apart**2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
