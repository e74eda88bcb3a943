#? a model
import learn2learn as l2l
tasks = l2l.vision.benchmarks.get_tasksets("mini-imagenet", train_samples=2)  #? dataset miniImageNet

import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
