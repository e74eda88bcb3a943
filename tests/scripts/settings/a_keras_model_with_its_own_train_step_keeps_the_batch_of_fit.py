#? no steps
import tensorflow as tf
from tensorflow import keras

class VAE(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(4)
    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.dense(data))
        grads = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))
        return {"loss": loss}

(x, _), _ = keras.datasets.mnist.load_data()
vae = VAE()
vae.compile(optimizer=keras.optimizers.Adam(1e-4))  #? optimizer Adam; learning_rate 0.0001
vae.fit(x, epochs=30, batch_size=128)  #? batch_size 128; epochs 30
