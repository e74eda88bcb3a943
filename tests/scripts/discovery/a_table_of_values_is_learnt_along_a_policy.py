import gym
import numpy as np
from collections import defaultdict

env = gym.make("Taxi-v3")
values = defaultdict(lambda: np.zeros(6))
for e in range(5000):  #? episodes 5000
    s = env.reset()
    a = np.argmax(values[s])
    d = False
    while not d:
        n, r, d, _ = env.step(a)
        b = np.argmax(values[n])
        values[s][a] += 0.1 * (r + 0.99 * values[n][b] - values[s][a])  #? learning_rate 0.1
        s, a = n, b
#? a model
