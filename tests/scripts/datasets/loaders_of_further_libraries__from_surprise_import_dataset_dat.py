#? a model
from surprise import Dataset; Dataset.load_builtin('ml-100k')  #? dataset MovieLens
import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
