import gym
import numpy as np


class Agent:
    def __init__(self, states, actions, alpha=0.5):
        self.q_table = np.zeros((states, actions))
        self.alpha = alpha
        self.gamma = 0.9

    def learn(self, s, a, r, n):
        td_target = r + self.gamma * self.q_table[n].max()
        self.q_table[s, a] += self.alpha * (td_target - self.q_table[s, a])


env = gym.make("CliffWalking-v0")
agent = Agent(48, 4)
for episode in range(500):  #? episodes 500
    s = env.reset()
    done = False
    while not done:
        a = int(np.argmax(agent.q_table[s]))
        n, r, done, _ = env.step(a)
        agent.learn(s, a, r, n)
        s = n
#? a model
#? family Q-learning
