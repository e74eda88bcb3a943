"""Decoy: the library's layers are used, whatever else moves by a rate."""
#? framework Keras

import keras
import numpy as np

x, y = np.load("x.npy"), np.load("y.npy")
net = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
net.compile("adam", "mse")
net.fit(x, y, epochs=3)  #? epochs 3
w = np.zeros(3)
for _ in range(5):
    w -= 0.1 * np.ones(3)
