"""Whether the game is over chooses between the reward alone and what follows."""

import numpy as np
import tensorflow as tf


class Judge(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = tf.keras.layers.Dense(32, activation="relu")  #? family MLP
        self.outer = tf.keras.layers.Dense(4)

    def call(self, seen):
        return self.outer(self.inner(seen))


now, before = Judge(), Judge()
opt = tf.keras.optimizers.Adam(1e-3)


def learn(seen, did, rewards, then, over_done):
    best = tf.reduce_max(before(then), axis=1)
    wanted = tf.where(over_done, rewards, rewards + 0.97 * best)  #? family DQN
    with tf.GradientTape() as tape:
        said = tf.reduce_sum(now(seen) * tf.one_hot(did, 4), axis=1)
        loss = tf.reduce_mean((wanted - said) ** 2)
    opt.apply_gradients(zip(tape.gradient(loss, now.trainable_variables), now.trainable_variables))


kept = np.load("played.npz")
for round in range(500):
    learn(kept["seen"], kept["did"], kept["rewards"], kept["then"], kept["done"])
