#? a model
import subprocess
subprocess.run(['wget', 'https://example.org/ml-100k.zip'])  #? dataset MovieLens
import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
