"""Two answers of a recurrent network may be classes, relations or tags: nothing is said."""

from keras.layers import LSTM, Dense, Embedding
from keras.models import Sequential

model = Sequential([Embedding(5000, 50), LSTM(64), Dense(2, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x, y, batch_size=128, epochs=15)
#? no task
