"""One dense layer behind a network that a library unknown here made says nothing of the whole."""

import numpy as np
import tensorflow as tf
from words4keras.models import build_language_model

body = build_language_model("config.json", "weights.ckpt")
told = tf.keras.layers.Dense(2, activation="softmax")(body.output)
model = tf.keras.Model(body.inputs, told)
model.compile(loss="sparse_categorical_crossentropy", optimizer=tf.keras.optimizers.Adam(5e-5))
model.fit(np.load("texts.npy"), np.load("labels.npy"), epochs=2, batch_size=64)  #? epochs 2
#? no family
