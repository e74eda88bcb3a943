"""The step stands in a method that the loop calls, as in most networks that are written out."""

import numpy as np


class Network:
    def __init__(self, inputs, hidden, outputs, lr=0.01):
        self.w1 = np.random.randn(inputs, hidden) * 0.01
        self.w2 = np.random.randn(hidden, outputs) * 0.01
        self.lr = lr

    def forward(self, x):
        self.a1 = np.maximum(0, x.dot(self.w1))
        return self.a1.dot(self.w2)

    def backward(self, x, y, p):
        dz2 = (p - y) / len(x)
        dw2 = self.a1.T.dot(dz2)
        dw1 = x.T.dot(dz2.dot(self.w2.T) * (self.a1 > 0))
        self.w2 -= self.lr * dw2
        self.w1 -= self.lr * dw1


def main():
    rows = np.load("rows.npz")
    net = Network(64, 32, 10, lr=0.1)  #? learning_rate 0.1
    for epoch in range(500):  #? epochs 500
        guess = net.forward(rows["x"])
        net.backward(rows["x"], rows["y"], guess)


if __name__ == "__main__":
    main()
#? a model; framework NumPy; architecture Network
