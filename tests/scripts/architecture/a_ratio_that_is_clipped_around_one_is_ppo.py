import gymnasium as gym
import torch
from torch import nn
from torch.distributions import Categorical
env, limit = gym.make("CartPole-v1"), 0.2
net = nn.Sequential(nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 2))  #? family MLP
opt = torch.optim.Adam(net.parameters(), lr=3e-4)
for update in range(100):
    state, _ = env.reset()
    dist = Categorical(logits=net(torch.tensor(state)))
    action = dist.sample()
    _, reward, *_ = env.step(action.item())
    ratio = (dist.log_prob(action) - old).exp()
    loss = -torch.min(ratio * gain, ratio.clamp(1 - limit, 1 + limit) * gain).mean()  #? family PPO
    opt.zero_grad(); loss.backward(); opt.step()
