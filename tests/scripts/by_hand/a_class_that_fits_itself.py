#? a model; no batch_size; no epochs; no optimizer
import numpy as np

class Perceptron:
    def __init__(self, eta=0.01, n_iter=50):
        self.eta, self.n_iter = eta, n_iter
    def fit(self, X, y):
        self.w_ = np.zeros(1 + X.shape[1])
        for _ in range(self.n_iter):
            for xi, target in zip(X, y):
                update = self.eta * (target - self.predict(xi))
                self.w_[1:] += update * xi
                self.w_[0] += self.eta * (target - self.predict(xi))
        return self

Perceptron(eta=0.1, n_iter=10).fit(X, y)  #? learning_rate 0.1; steps 10; model_class Perceptron
