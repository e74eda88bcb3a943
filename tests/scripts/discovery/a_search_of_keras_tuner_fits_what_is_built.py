import keras_tuner as kt
from tensorflow import keras
def build(hp):
    m = keras.Sequential([keras.layers.Dense(hp.Int("u", 32, 512), activation="relu"), keras.layers.Dense(10)])
    m.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy")
    return m
tuner = kt.RandomSearch(build, objective="val_accuracy", max_trials=5)
tuner.search(x, y, epochs=5, validation_split=0.2)
#? a model
#? framework Keras
#? optimizer Adam
#? epochs 5
