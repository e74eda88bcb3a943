import tensorflow as tf
class TextCNN(object):
    def __init__(self, length):
        self.x = tf.placeholder(tf.int32, [None, length])
        out = tf.nn.conv2d(self.x, tf.Variable(1.0), strides=[1, 1, 1, 1], padding="VALID")
        self.loss = tf.reduce_mean(out)
