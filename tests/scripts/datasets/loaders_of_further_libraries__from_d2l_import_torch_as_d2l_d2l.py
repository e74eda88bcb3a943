#? a model
from d2l import torch as d2l; d2l.load_data_fashion_mnist(256)  #? dataset Fashion-MNIST
import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
