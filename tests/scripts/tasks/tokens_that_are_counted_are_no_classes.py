"""Thousands of answers are words, whether the right ones are counted or not."""

from keras.layers import LSTM, Dense, Embedding
from keras.models import Sequential

model = Sequential([Embedding(9000, 50), LSTM(64), Dense(7000, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x, y, batch_size=128, epochs=15)
#? no task
