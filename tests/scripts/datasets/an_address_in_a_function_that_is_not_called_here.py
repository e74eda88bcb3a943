#? a model
URL = "https://storage.example.org/data/cats_and_dogs_filtered.zip"  #? dataset Dogs vs. Cats
def prepare(folder):
    download_and_extract_archive(url=URL, download_root=folder)

import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
