import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow import keras

data = tfds.load("mnist", split="train", as_supervised=True).repeat().batch(32).take(3000)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])
opt = keras.optimizers.SGD(0.01)
for step, (x, y) in enumerate(data.as_numpy_iterator()):
    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy(y, model(x))
    opt.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
#? steps 3000
