#? a model
import glob, os, kagglehub, pandas as pd, tensorflow_datasets as tfds
from imblearn.datasets import fetch_datasets
from sklearn.datasets import fetch_openml
from ucimlrepo import fetch_ucirepo
from ultralytics import YOLO
data = fetch_openml(data_id=554)  #? dataset MNIST

import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
