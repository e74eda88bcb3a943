"""A class that translates, with an encoder, a decoder and a loss between values."""

import tensorflow as tf


class transformer:
    def __init__(self):
        self.weights = [tf.Variable(tf.random.normal((8, 8))) for _ in range(4)]

    def encoder(self, x):
        return tf.matmul(x, self.weights[0])

    def decoder(self, y, told):
        return tf.matmul(tf.matmul(y, self.weights[1]) + told, self.weights[2])

    def __call__(self, x, y):
        return self.decoder(y, self.encoder(x))

    def loss(self, told, label):
        return tf.reduce_mean(tf.square(told - label))


model = transformer()
optimizer = tf.keras.optimizers.Adam(1e-4)
for x, y, label in tf.data.experimental.load("pairs"):
    with tf.GradientTape() as tape:
        value = model.loss(model(x, y), label)
    optimizer.apply_gradients(zip(tape.gradient(value, model.weights), model.weights))
#? optimizer Adam; no task
