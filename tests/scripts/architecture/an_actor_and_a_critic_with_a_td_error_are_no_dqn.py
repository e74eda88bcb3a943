import gym
import tensorflow.compat.v1 as tf
env = gym.make("CartPole-v0")
class Actor:
    def __init__(self, n):
        self.s, self.a, self.td_error = tf.placeholder(tf.float32, [1, 4]), tf.placeholder(
            tf.int32), tf.placeholder(tf.float32)
        h = tf.layers.dense(self.s, 20, tf.nn.relu)  #? family MLP
        self.acts_prob = tf.layers.dense(h, n, tf.nn.softmax)
        log_prob = tf.log(self.acts_prob[0, self.a])
        self.train = tf.train.AdamOptimizer(0.001).minimize(-log_prob * self.td_error)
    def learn(self, sess, s, a, td):
        sess.run(self.train, {self.s: s, self.a: a, self.td_error: td})
class Critic:
    def __init__(self):
        self.s, self.q_next = tf.placeholder(tf.float32, [1, 4]), tf.placeholder(tf.float32)
        self.v = tf.layers.dense(tf.layers.dense(self.s, 20, tf.nn.relu), 1)
        self.td_error = 0.9 * self.q_next - self.v
        self.train = tf.train.AdamOptimizer(0.01).minimize(tf.square(self.td_error))
    def learn(self, sess, s, q):
        return sess.run([self.td_error, self.train], {self.s: s, self.q_next: q})
sess, actor, critic = tf.Session(), Actor(2), Critic()  #? family Actor-critic
for episode in range(3000):
    s = env.reset()
    for t in range(1000):
        s, r, done, info = env.step(0)
        td = critic.learn(sess, s, r)
        actor.learn(sess, s, 0, td)
