#? not a model
import numpy as np
alpha, total = 0.1, 0
for t in range(100):
    Q[s, a] += alpha * (r + gamma * Q[s2].max() - Q[s, a])
