"""Windows of a text, and the character behind each."""

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

text = open("book.txt").read().lower()
chars = sorted(set(text))
numbers = {c: i for i, c in enumerate(chars)}
seen, behind = [], []
for i in range(len(text) - 40):
    seen.append([numbers[c] for c in text[i : i + 40]])
    behind.append(numbers[text[i + 40]])
model = Sequential()
model.add(LSTM(128, input_shape=(40, 1)))
model.add(Dense(len(chars), activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
model.fit(np.array(seen)[..., None], np.array(behind), epochs=20, batch_size=128)
#? family LSTM; family Autoregressive; task language modelling
