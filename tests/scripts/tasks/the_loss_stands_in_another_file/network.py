from keras.layers import Conv2D, Dense, Flatten
from keras.models import Sequential


def create():
    return Sequential([Conv2D(8, 3), Flatten(), Dense(1, activation="sigmoid")])


def train(model, epochs):
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    model.fit(x, y, epochs=epochs)
    return model
