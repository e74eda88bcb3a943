#? a model
import pandas as pd; pd.read_csv('../input/digit-recognizer/train.csv')  #? dataset MNIST
import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
