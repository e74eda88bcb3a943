#? a model; no dataset
import torch; weights = torch.load('checkpoints/mnist.pt')
import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
