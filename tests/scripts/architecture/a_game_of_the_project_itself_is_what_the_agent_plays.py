import torch
from torch import nn
class Game2048:
    def reset(self):
        return [0.0] * 16
    def step(self, action):
        return [0.0] * 16, 1.0, False
env, policy_net = Game2048(), nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 4))  #? family MLP; dataset 2048
opt = torch.optim.Adam(policy_net.parameters())
for episode in range(100):
    state, reward, done = env.step(policy_net(torch.tensor(env.reset())).argmax().item())  #? family DQN
    q_value = policy_net(torch.tensor(state)).max()
    (q_value - reward).pow(2).backward()
    opt.step()
