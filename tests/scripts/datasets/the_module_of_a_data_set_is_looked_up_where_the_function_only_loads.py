#? a model
import quickml.datasets.fashion_mnist as data  #? dataset Fashion-MNIST
x, y = data.load_data()

import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
