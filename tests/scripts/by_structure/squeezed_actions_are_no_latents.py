import torch
from torch import nn


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64))
        self.mu = nn.Linear(64, 2)
        self.log_std = nn.Linear(64, 2)

    def forward(self, state):
        hidden = self.body(state)
        mu, std = self.mu(hidden), self.log_std(hidden).exp()
        raw = mu + std * torch.randn_like(mu)
        action = torch.tanh(raw)
        chance = torch.distributions.Normal(mu, std).log_prob(raw)
        return action, chance - torch.log(2.0 * (1 - action.pow(2)) + 1e-6)


policy = Policy()
opt = torch.optim.Adam(policy.parameters(), lr=3e-4)
for states, wanted in torch.load("demonstrations.pt"):
    action, chance = policy(states)
    loss = nn.functional.mse_loss(action, wanted) + 0.1 * chance.mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
