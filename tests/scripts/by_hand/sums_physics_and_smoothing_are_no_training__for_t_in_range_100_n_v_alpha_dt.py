#? not a model
import numpy as np
alpha, total = 0.1, 0
for t in range(100):
    v += alpha * dt
    position += v * dt
