#? not a model
import numpy as np
alpha, total = 0.1, 0
for x in np.arange(3):
    total += x * 2
