"""A class that could move its weights is no model until something runs it."""

import numpy as np


class Dense:
    def __init__(self, inputs, outputs):
        self.weights = np.random.randn(inputs, outputs)

    def backward(self, grad, lr):
        d_weights = self.x.T.dot(grad)
        self.weights -= lr * d_weights
        return grad.dot(self.weights.T)


print(Dense(2, 3).weights.shape)
#? not a model
