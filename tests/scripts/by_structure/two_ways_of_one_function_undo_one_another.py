"""One function makes both networks, under the names of their weights."""

import tensorflow.compat.v1 as tf


def paint(x, scope, reuse):
    with tf.variable_scope(scope, reuse=reuse):
        x = tf.layers.conv2d(x, 16, 3, padding="same", activation=tf.nn.relu)  #? family CNN
        return tf.layers.conv2d(x, 3, 3, padding="same")


def judge(x, scope, reuse):
    with tf.variable_scope(scope, reuse=reuse):
        return tf.layers.conv2d(x, 1, 3)


def main():
    summer = tf.placeholder(tf.float32, [1, 64, 64, 3])
    winter = tf.placeholder(tf.float32, [1, 64, 64, 3])
    to_winter = paint(summer, scope="colder", reuse=False)
    to_summer = paint(winter, scope="warmer", reuse=False)
    summer_again = paint(to_winter, scope="warmer", reuse=True)
    winter_again = paint(to_summer, scope="colder", reuse=True)
    d_fake = judge(to_winter, scope="dis", reuse=False)
    d_real = judge(winter, scope="dis", reuse=True)
    d_loss = tf.reduce_mean((d_real - 1) ** 2) + tf.reduce_mean(d_fake**2)
    back = tf.reduce_mean(tf.abs(summer - summer_again)) + tf.reduce_mean(tf.abs(winter - winter_again))  #? family CycleGAN
    g_loss = tf.reduce_mean((d_fake - 1) ** 2) + 10 * back
    weights = tf.trainable_variables()
    g_step = tf.train.AdamOptimizer(2e-4).minimize(g_loss, var_list=[w for w in weights if "er" in w.name])
    d_step = tf.train.AdamOptimizer(2e-4).minimize(d_loss, var_list=[w for w in weights if "dis" in w.name])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for step in range(1000):
            session.run([g_step, d_step], feed_dict={summer: step, winter: step})


main()
