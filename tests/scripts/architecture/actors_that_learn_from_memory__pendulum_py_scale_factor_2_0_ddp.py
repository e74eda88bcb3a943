import gymnasium as gym
import torch
from torch import nn
from torch.distributions import Normal
env, replay_buffer, tau = gym.make("Pendulum-v1"), Buffer(10000), 0.005
class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 64), nn.Linear(64, 1)  #? family MLP
    def forward(self, x):
        return torch.tanh(self.b(torch.relu(self.a(x))))
    def to(self, device):
        return super(Policy, self).to(device)
policy_net, value_net1, value_net2 = Policy().to("cpu"), Policy(), Policy()  #? architecture Policy; family DDPG
target_value_net1 = Policy()
value_opt = torch.optim.Adam([*value_net1.parameters(), *value_net2.parameters()], lr=1e-3)
policy_opt = torch.optim.Adam(policy_net.parameters(), lr=1e-3)
for frame in range(10000):
    state, reward, done, _, _ = env.step(policy_net(torch.tensor(env.reset()[0])))
    s, a, r, n, d = replay_buffer.sample(32)
    scale_factor = 2.0
    target_q = r + 0.99 * target_value_net1(n)
    value_loss = ((value_net1(s) - target_q) ** 2).mean()
    value_loss.backward()
    value_opt.step()
    policy_loss = -value_net1(policy_net(s)).mean()
    policy_loss.backward()
    policy_opt.step()
