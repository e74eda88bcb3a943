"""The noise is given; the exponential of the width was given a name before."""

import numpy as np
import tensorflow as tf


class Folding(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = tf.keras.layers.Dense(8)  #? family MLP
        self.outer = tf.keras.layers.Dense(784, activation="sigmoid")

    def fold(self, x):
        both = self.inner(x)
        return both[:, :4], both[:, 4:]

    def draw(self, eps, mu, log_sigma):  #? family VAE
        sigma = tf.exp(log_sigma)
        return mu + tf.sqrt(sigma) * eps

    def spread(self, mu, log_sigma):
        sigma = tf.exp(log_sigma)
        return 0.5 * tf.reduce_sum(sigma + mu**2 - 1 - log_sigma, axis=1)


net = Folding()
opt = tf.keras.optimizers.Adam(1e-3)
for epoch in range(5):
    for x in np.load("pictures.npy"):
        with tf.GradientTape() as tape:
            mu, log_sigma = net.fold(x)
            back = net.outer(net.draw(np.load("noise.npy"), mu, log_sigma))
            loss = tf.reduce_mean(tf.reduce_sum((x - back) ** 2, 1) + net.spread(mu, log_sigma))
        opt.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
