import tensorflow as tf
class Net(object):
    def __init__(self, sess):
        self.sess = sess
        self.w = tf.Variable(0.0)
        self.loss = tf.reduce_mean(self.w)
    def train(self, config):
        step = tf.train.AdamOptimizer(config.rate).minimize(self.loss)  #? optimizer Adam
        for epoch in range(config.epoch):
            for index in range(100):
                self.sess.run([step, self.loss], feed_dict={})
