#? a model; no batch_size; no epochs; no optimizer
import numpy as np

def ascend(x, y, alpha=0.001, max_cycles=500):  #? learning_rate 0.001; steps 500
    weights, parameters = np.ones((3, 1)), {}
    for _ in range(max_cycles):
        error = y - sigmoid(x @ weights)
        weights -= alpha * grad
    return weights

if __name__ == "__main__":
    print(ascend(x, y))
