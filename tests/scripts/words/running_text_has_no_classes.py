"""A book has no classes: what a loss over classes is about stays open."""

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

text = open("nietzsche.txt").read()
x, y = np.load("x.npy"), np.load("y.npy")
model = Sequential([LSTM(64, input_shape=(40, 60)), Dense(60, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer="adam")
model.fit(x, y, epochs=60, batch_size=128)  #? epochs 60
#? dataset Nietzsche; no task
