"""BERT that a package of Keras builds, and what is put behind it."""

import numpy as np
import tensorflow as tf
from bert4keras.models import build_transformer_model

bert = build_transformer_model("config.json", "model.ckpt", model="bert")
told = tf.keras.layers.Dense(2, activation="softmax")(bert.output)
model = tf.keras.Model(bert.inputs, told)
model.compile(loss="sparse_categorical_crossentropy", optimizer=tf.keras.optimizers.Adam(2e-5))
model.fit(np.load("x.npy"), np.load("y.npy"), epochs=3, batch_size=32)  #? epochs 3
#? family BERT
