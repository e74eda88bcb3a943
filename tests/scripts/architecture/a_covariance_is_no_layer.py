"""Tables of vectors that are compared by distance, and kept apart by their covariance."""

import tensorflow as tf


class Recommender(object):
    def __init__(self, users, items):
        self.u = tf.Variable(tf.random_normal([users, 20]))
        self.v = tf.Variable(tf.random_normal([items, 20]))
        self.i = tf.placeholder(tf.int32, [None])
        self.j = tf.placeholder(tf.int32, [None])
        both = tf.concat((self.u, self.v), 0)
        centred = both - tf.reduce_mean(both, axis=0)
        spread = tf.matmul(centred, centred, transpose_a=True)
        near = tf.squared_difference(
            tf.nn.embedding_lookup(self.u, self.i), tf.nn.embedding_lookup(self.v, self.j)
        )
        self.loss = tf.reduce_sum(near) + tf.reduce_sum(spread)
        self.step = tf.train.AdamOptimizer(0.01).minimize(self.loss)


model = Recommender(10, 20)
with tf.Session() as session:
    for epoch in range(100):
        session.run(model.step)
#? no family; learning_rate 0.01
