import keras
from keras import layers
given = keras.Input((None, 40))
_, h, c = layers.LSTM(64, return_state=True)(given)
told = keras.Input((None, 30))
out = layers.LSTM(64, return_sequences=True)(told, initial_state=[h, c])  #? family LSTM; family Seq2seq
model = keras.Model([given, told], layers.Dense(30, activation="softmax")(out), name="speaker")  #? architecture speaker
model.compile("adam", loss="categorical_crossentropy")
model.fit([a, b], t, batch_size=64, epochs=35)
