import numpy as np, keras
lines = open("fra.txt", encoding="utf-8").read().split("\n"); it, tt = [], []
for l in lines[:10000]: a, b, _ = l.split("\t"); it.append(a); tt.append("\t" + b + "\n")
ic, tc = sorted(set("".join(it))), sorted(set("".join(tt))); E = np.zeros((len(it), 16, len(ic))); D = np.zeros((len(it), 59, len(tc))); T = np.zeros((len(it), 59, len(tc)))
ei = keras.Input((None, len(ic))); _, h, c = keras.layers.LSTM(256, return_state=True)(ei)
di = keras.Input((None, len(tc))); o, _, _ = keras.layers.LSTM(256, return_sequences=True, return_state=True)(di, initial_state=[h, c])
model = keras.Model([ei, di], keras.layers.Dense(len(tc), activation="softmax")(o)); model.compile(optimizer="rmsprop", loss="categorical_crossentropy"); model.fit([E, D], T, batch_size=64, epochs=100, validation_split=.2)
#? a model; task machine translation; optimizer RMSprop; batch_size 64; epochs 100
