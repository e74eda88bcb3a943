#? a model; no optimizer; no steps
import numpy as np  #? framework NumPy

BATCH = 64  #? batch_size 64
lr = 0.05  #? learning_rate 0.05
EPOCHS = 12  #? epochs 12
w = np.zeros((784, 10))
b = np.zeros(10)
for epoch in range(EPOCHS):
    for start in range(0, len(x), BATCH):
        xb, yb = x[start : start + BATCH], y[start : start + BATCH]
        error = xb @ w + b - yb
        w -= lr * xb.T @ error
        b -= lr * error.sum(0)
