#? no epochs
import gym, torch
from torch import nn
from tqdm import tqdm
net = nn.Linear(4, 2)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
env = gym.make("CartPole-v1")
nb_episodes = 5000  #? episodes 5000
bar = tqdm(range(nb_episodes), desc="Score")
for e in bar:
    state, done = env.reset(), False
    while not done:
        state, reward, done, info = env.step(0)
    net(state).sum().backward()
    opt.step()
