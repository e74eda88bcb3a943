import tensorflow as tf
from tensorflow.keras import layers


class Ranker(tf.keras.Model):
    def __init__(self, width, lr=0.003):  #? learning_rate 0.003
        super().__init__()
        self.one = layers.Dense(width, activation="relu")
        self.two = layers.Dense(1)
        self.optimizer = tf.keras.optimizers.Nadam(learning_rate=lr)  #? optimizer NAdam

    def call(self, x):
        return self.two(self.one(x))

    def update(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self(x) - y) ** 2)
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))


if __name__ == "__main__":
    ranker = Ranker(16)  #? architecture Ranker
    print(ranker(tf.zeros((2, 4))))
#? a model
