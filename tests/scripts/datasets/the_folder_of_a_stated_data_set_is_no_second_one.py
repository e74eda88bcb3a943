#? a model
import os
from torchvision.datasets import FashionMNIST
data = FashionMNIST("data/mnist")  #? dataset Fashion-MNIST
print(os.listdir("data/mnist"))

import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
