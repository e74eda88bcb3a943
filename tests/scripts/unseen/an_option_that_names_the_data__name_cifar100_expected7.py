#? a model; no dataset
import argparse
from elsewhere import make
parser = argparse.ArgumentParser()
parser.add_argument("--name", default="cifar100")
args = parser.parse_args()
data = make(args)

import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
