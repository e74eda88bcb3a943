"""A class of plain TensorFlow that is made in two branches is no block of a U-Net."""

import tensorflow as tf

flags = tf.app.flags
flags.DEFINE_string("data", "mnist", "which pictures")
FLAGS = flags.FLAGS


def deconv2d(x, shape, name):
    with tf.variable_scope(name):
        w = tf.get_variable("w", [5, 5, shape[-1], x.get_shape()[-1]])
        return tf.nn.conv2d_transpose(x, w, output_shape=shape, strides=[1, 2, 2, 1])


class Painter(object):
    def __init__(self, sess, labels):
        self.sess = sess
        self.z = tf.placeholder(tf.float32, [64, 100])
        self.y = tf.placeholder(tf.float32, [64, labels])
        self.made = self.generator(self.z, self.y)
        self.real = self.discriminator(tf.placeholder(tf.float32, [64, 28, 28, 1]))
        self.fake = self.discriminator(self.made)
        self.d_loss = tf.reduce_mean(
            tf.nn.sigmoid_cross_entropy_with_logits(
                logits=self.real, labels=tf.ones_like(self.real)
            )
        ) + tf.reduce_mean(
            tf.nn.sigmoid_cross_entropy_with_logits(
                logits=self.fake, labels=tf.zeros_like(self.fake)
            )
        )
        self.g_loss = tf.reduce_mean(
            tf.nn.sigmoid_cross_entropy_with_logits(
                logits=self.fake, labels=tf.ones_like(self.fake)
            )
        )

    def generator(self, z, y):
        z = tf.concat([z, y], 1)
        h = tf.reshape(tf.layers.dense(z, 7 * 7 * 64), [64, 7, 7, 64])
        h = tf.nn.relu(deconv2d(h, [64, 14, 14, 32], "g1"))
        return tf.nn.tanh(deconv2d(h, [64, 28, 28, 1], "g2"))

    def discriminator(self, image):
        h = tf.nn.leaky_relu(tf.layers.conv2d(image, 32, 5, strides=2))
        return tf.layers.dense(tf.layers.flatten(h), 1)

    def train(self):
        d = tf.train.AdamOptimizer(2e-4).minimize(self.d_loss)
        g = tf.train.AdamOptimizer(2e-4).minimize(self.g_loss)
        for epoch in range(25):
            self.sess.run([d, g])


def main(_):
    with tf.Session() as sess:
        if FLAGS.data == "mnist":
            painter = Painter(sess, 10)
        else:
            painter = Painter(sess, 2)
        painter.train()


if __name__ == "__main__":
    tf.app.run()
#? family GAN; family CNN
