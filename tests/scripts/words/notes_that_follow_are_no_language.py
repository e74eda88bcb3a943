"""Notes that follow notes: what it is for is not language."""

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

notes = np.load("notes.npy")
pitch_names = sorted(set(notes))
x = [notes[i : i + 100] for i in range(len(notes) - 100)]
y = [notes[i + 100] for i in range(len(notes) - 100)]
model = Sequential([LSTM(64, input_shape=(100, 1)), Dense(len(pitch_names), activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy", optimizer="rmsprop")
model.fit(np.array(x)[..., None], np.array(y), epochs=200, batch_size=64)
#? family LSTM; family Autoregressive; no task
