"""The library is imported whole, but only its data is asked for."""
#? a model; framework NumPy; dataset Fashion-MNIST; family MLP

import keras
import numpy as np
from keras.datasets import fashion_mnist

(pictures, kinds), _ = fashion_mnist.load_data()
pictures = pictures.reshape(-1, 784) / 255.0
learning_rate = 0.05  #? learning_rate 0.05


class Brain:
    def __init__(self):
        self.W1 = np.random.randn(32, 784)
        self.W2 = np.random.randn(10, 32)

    def forward(self, x):
        hidden = np.tanh(self.W1.dot(x))
        return hidden, self.W2.dot(hidden)

    def move(self, dW1, dW2):
        self.W1 += (-learning_rate) * dW1
        self.W2 += (-learning_rate) * dW2


def slopes(brain, x, y):
    hidden, out = brain.forward(x)
    apart = out - np.eye(10)[y]
    return np.outer(self_error(brain, apart, hidden), x), np.outer(apart, hidden)


def self_error(brain, apart, hidden):
    return brain.W2.T.dot(apart) * (1 - hidden**2)


brain = Brain()
for epoch in range(4):  #? epochs 4
    for x, y in zip(pictures, kinds):
        brain.move(*slopes(brain, x, y))
