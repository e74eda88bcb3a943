#? a model
from my_data import load_mnist
x = load_mnist('x')  #? dataset MNIST
import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
