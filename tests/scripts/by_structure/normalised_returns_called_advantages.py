import gymnasium as gym
import torch
from torch import nn
env = gym.make("Acrobot-v1")
policy = nn.Sequential(nn.Linear(6, 64), nn.ReLU(), nn.Linear(64, 3))
optimizer = torch.optim.Adam(policy.parameters(), lr=0.0003)
def returns_of(rewards, gamma=0.99):
    found, total = [], 0.0
    for reward in reversed(rewards):
        total = reward + gamma * total
        found.insert(0, total)
    return torch.tensor(found)
for episode in range(500):
    state, _ = env.reset()
    log_probs, rewards, done = [], [], False
    while not done:
        dist = torch.distributions.Categorical(logits=policy(torch.tensor(state)))
        action = dist.sample()
        log_probs.append(dist.log_prob(action))
        state, reward, ended, cut, _ = env.step(action.item())
        rewards.append(reward)
        done = ended or cut
    returns = returns_of(rewards)
    advantages = (returns - returns.mean()) / (returns.std() + 1e-8)
    loss = -(torch.stack(log_probs) * advantages.detach()).mean()
    optimizer.zero_grad(); loss.backward(); optimizer.step()
#? family MLP; family Policy gradient
