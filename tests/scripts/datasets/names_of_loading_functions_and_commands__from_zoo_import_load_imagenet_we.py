#? a model; no dataset
from zoo import load_imagenet_weights
w = load_imagenet_weights()
import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
