"""What is stored and asked is trained elsewhere."""

import tensorflow as tf

model = tf.keras.models.load_model("artifacts/base_model.h5")
print(model.predict(tf.random.normal((64, 32, 32, 3))))
#? not a model
