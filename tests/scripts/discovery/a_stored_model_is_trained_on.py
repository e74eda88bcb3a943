"""What Keras has stored compiled is trained further without being compiled again."""

import tensorflow as tf


class Training:
    def get_base_model(self):
        self.model = tf.keras.models.load_model("artifacts/base_model.h5")

    def train(self, images):
        self.model.fit(images, epochs=8, batch_size=16)  #? epochs 8; batch_size 16


training = Training()
training.get_base_model()
training.train(tf.random.normal((64, 32, 32, 3)))
#? a model; framework Keras; no optimizer
