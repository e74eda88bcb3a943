from keras.datasets import imdb
from keras.preprocessing import sequence
from keras.models import Sequential
from keras.layers import Embedding, Bidirectional, LSTM, Dense
(x, y), _ = imdb.load_data(num_words=20000)
x = sequence.pad_sequences(x, 200)
m = Sequential(); m.add(Embedding(20000, 128)); m.add(Bidirectional(LSTM(64))); m.add(Dense(1, activation="sigmoid"))
m.compile("adam", "binary_crossentropy", metrics=["accuracy"])
m.fit(x, y, batch_size=32, epochs=2)
#? a model; task sentiment analysis; dataset IMDB; optimizer Adam; batch_size 32; epochs 2
