#? script
#? a model; no steps
import numpy as np
from optim import Adam

class Network:
    def __init__(self):
        self.params, self.grads = [], []

class Loader:
    def __init__(self, x, batch_size):
        self.x, self.batch_size = x, batch_size

network = Network()  #? model_class Network
optimizer = Adam(network, lr=3e-4)  #? optimizer Adam; learning_rate 0.0003
loader = Loader(np.load("x.npy"), batch_size=128)  #? batch_size 128
for epoch in range(20):  #? epochs 20
    for x in loader:
        network.backward(network(x))
        optimizer.step()
