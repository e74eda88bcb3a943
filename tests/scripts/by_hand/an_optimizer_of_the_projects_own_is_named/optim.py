import numpy as np

class Adam:
    def __init__(self, model, lr):
        self.params, self.grads, self.lr = model.params, model.grads, lr
    def step(self):
        for param, grad in zip(self.params, self.grads):
            m_hat = self.first(grad)
            param[...] -= self.lr * m_hat / (np.sqrt(self.second(grad)) + 1e-8)
