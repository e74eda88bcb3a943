#? a model; no batch_size; no epochs; no learning_rate; no optimizer
import numpy as np
w = np.ones(3)
for i in range(150):  #? steps 150
    alpha = 4 / (1.0 + i) + 0.01
    w += alpha * (y - x @ w) @ x
