import gymnasium as gym
import numpy as np

env = gym.make("FrozenLake-v1")  #? dataset FrozenLake
Q = np.zeros((env.observation_space.n, env.action_space.n))
lr, gamma, eps = 0.8, 0.95, 0.1  #? learning_rate 0.8
for ep in range(2000):  #? episodes 2000
    s, _ = env.reset()
    done = False
    while not done:
        a = env.action_space.sample() if np.random.rand() < eps else np.argmax(Q[s])
        s2, r, done, _, _ = env.step(a)
        Q[s, a] = Q[s, a] + lr * (r + gamma * np.max(Q[s2]) - Q[s, a])
        s = s2
#? a model
#? family Q-learning
#? framework NumPy
