import gym, numpy as np, torch, torch.nn as nn
from torch.distributions import Categorical
env = gym.make("CartPole-v0"); policy = nn.Sequential(nn.Linear(4, 128), nn.Dropout(.6), nn.ReLU(), nn.Linear(128, 2), nn.Softmax(-1))
opt = torch.optim.Adam(policy.parameters(), lr=1e-2)
for ep in range(1000):
    s = env.reset(); logs, rews, done = [], [], False
    while not done:
        d = Categorical(policy(torch.from_numpy(s).float())); a = d.sample(); s, r, done, _ = env.step(a.item()); logs.append(d.log_prob(a)); rews.append(r)
    R, rets = 0, []
    for r in rews[::-1]: R = r + .99 * R; rets.insert(0, R)
    rets = torch.tensor(rets); rets = (rets - rets.mean()) / (rets.std() + 1e-9)
    loss = torch.stack([-l * g for l, g in zip(logs, rets)]).sum(); opt.zero_grad(); loss.backward(); opt.step()
#? a model; task reinforcement learning; dataset CartPole; optimizer Adam; learning_rate 0.01; no epochs
