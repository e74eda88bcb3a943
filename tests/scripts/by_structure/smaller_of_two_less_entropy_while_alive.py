import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow.keras import Model, layers


class Chooser(Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(32, activation="relu")
        self.mean = layers.Dense(2)
        self.width = layers.Dense(2)

    def call(self, state):
        hidden = self.first(state)
        mu, log_sigma = self.mean(hidden), self.width(hidden)
        spread = tfp.distributions.Normal(mu, tf.exp(log_sigma))
        raw = spread.sample()
        action = tf.tanh(raw)
        chance = spread.log_prob(raw) - tf.reduce_sum(tf.math.log(1 - action**2 + 1e-6), axis=1)
        return action, chance


class Judge(Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(32, activation="relu")
        self.last = layers.Dense(1)

    def call(self, state, action):
        return self.last(self.first(tf.concat([state, action], axis=1)))


class Learner:
    def __init__(self, rate=0.0003):
        self.chooser = Chooser()
        self.one, self.two = Judge(), Judge()
        self.old_one, self.old_two = Judge(), Judge()
        self.weight = tf.Variable(0.0)
        self.for_one = tf.keras.optimizers.Adam(rate)
        self.for_chooser = tf.keras.optimizers.Adam(rate)

    def learn(self, states, actions, rewards, following, ends):
        with tf.GradientTape() as tape:
            said = self.one(states, actions)
            proposed, chance = self.chooser(following)
            first = self.old_one(following, proposed)
            second = self.old_two(following, proposed)
            soft = tf.minimum(first, second) - self.weight * chance
            goal = tf.stop_gradient(rewards + 0.99 * ends * soft)  #? family SAC
            loss = tf.reduce_mean((said - goal) ** 2)
        found = tape.gradient(loss, self.one.trainable_variables)
        self.for_one.apply_gradients(zip(found, self.one.trainable_variables))
        with tf.GradientTape() as tape:
            proposed, chance = self.chooser(states)
            loss = -tf.reduce_mean(self.one(states, proposed) - self.weight * chance)
        found = tape.gradient(loss, self.chooser.trainable_variables)
        self.for_chooser.apply_gradients(zip(found, self.chooser.trainable_variables))


learner = Learner()
for states, actions, rewards, following, ends in tf.data.Dataset.load("steps"):
    learner.learn(states, actions, rewards, following, ends)
#? family MLP
