"""A double Q-network whose networks are models of Keras that a function makes."""

import tensorflow as tf

from board import Board

GAMMA = 0.9


def build():
    inputs = tf.keras.Input(shape=(64,))
    x = tf.keras.layers.Dense(150, activation="relu")(inputs)
    return tf.keras.Model(inputs, tf.keras.layers.Dense(4)(x))


def step(online, target, optimizer, s, a, r, s2, done):
    best = tf.cast(tf.argmax(online(s2), axis=1), tf.int32)
    ahead = tf.gather_nd(target(s2), tf.stack([tf.range(32), best], axis=1))
    wanted = r + GAMMA * (1.0 - done) * ahead
    with tf.GradientTape() as tape:
        said = tf.gather_nd(online(s), tf.stack([tf.range(32), a], axis=1))
        loss = tf.reduce_mean(tf.square(wanted - said))
    grads = tape.gradient(loss, online.trainable_variables)
    optimizer.apply_gradients(zip(grads, online.trainable_variables))


online, target = build(), build()
optimizer = tf.keras.optimizers.Adam(1e-3)
for game in range(3000):
    board = Board()
    while not board.over():
        s, a, r, s2, done = board.play(online)
        step(online, target, optimizer, s, a, r, s2, done)
#? family DQN; family MLP; task reinforcement learning
