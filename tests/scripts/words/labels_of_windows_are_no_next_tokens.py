"""Windows of a signal with labels of their own: nothing follows."""

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

signal, labels = np.load("signal.npy"), np.load("labels.npy")
x = np.array([signal[i : i + 40] for i in range(len(signal) - 40)])
y = np.array([labels[i + 40] for i in range(len(signal) - 40)])
model = Sequential([LSTM(64, input_shape=(40, 6)), Dense(5, activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
model.fit(x, y, epochs=20, batch_size=128)
#? family LSTM
