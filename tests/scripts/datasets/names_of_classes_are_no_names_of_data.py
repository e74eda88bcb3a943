#? a model; no dataset
from keras.preprocessing.image import ImageDataGenerator
classes = ['Tulip', 'Iris', 'Daisy']
data = ImageDataGenerator().flow_from_directory('train_images', classes=classes)

import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
