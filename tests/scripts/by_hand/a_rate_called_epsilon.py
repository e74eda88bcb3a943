import random

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Perceptron:
    def __init__(self, inputs):
        self.weights = np.random.normal(size=inputs + 1)

    def activate(self, x):
        return sigmoid(self.weights @ np.append(x, 1))

    def adapt(self, x, delta, epsilon):
        self.weights += epsilon * delta * np.append(x, 1)


class Layer:
    def __init__(self, inputs, outputs):
        self.perceptrons = [Perceptron(inputs) for _ in range(outputs)]

    def activate(self, x):
        return np.array([each.activate(x) for each in self.perceptrons])

    def adapt(self, x, deltas, epsilon):
        for perceptron, delta in zip(self.perceptrons, deltas):
            perceptron.adapt(x, delta, epsilon)


def main():
    epsilon = 1  #? learning_rate 1
    layer = Layer(2, 1)
    for i in range(1000):
        x = [random.randint(0, 1), random.randint(0, 1)]
        y = layer.activate(x)
        layer.adapt(x, (x[0] and x[1]) - y, epsilon)


main()
#? a model; framework NumPy
