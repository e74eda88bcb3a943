#? a model; no dataset
from zoo import get_mnist_model
m = get_mnist_model()
import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
