#? a model
import os, keras, pandas as pd
(x, y), _ = keras.datasets.imdb.load_data()  #? dataset IMDB
frame = pd.read_csv(os.path.join("data", "jena_climate_2009_2016.csv"))  #? dataset Jena Climate

import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
