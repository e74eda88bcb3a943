#? a model; no batch_size; no episodes; no steps
from keras.layers import Dense, Input
from keras.models import Model, Sequential
from keras.optimizers import Adam

d = Sequential([Dense(1, input_dim=784)])
d.compile(loss="binary_crossentropy", optimizer=Adam(0.0006, 0.5))
g = Sequential([Dense(784, input_dim=100)])
z = Input((100,))
combine = Model(z, d(g(z)))
combine.compile(loss="binary_crossentropy", optimizer=Adam(0.0004, 0.5))  #? optimizer Adam; learning_rate 0.0004
for epoch in range(200):  #? epochs 200
    for batch in batches:
        d.train_on_batch(batch, ones)
        combine.train_on_batch(noise, ones)
