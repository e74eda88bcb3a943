import tensorflow as tf
import tensorflow_datasets as tfds


def prepare(data):
    data = data.map(lambda image, label: (tf.cast(image, tf.float32), label))
    data = data.cache()
    data = data.shuffle(1000)
    data = data.batch(16)  #? batch_size 16
    data = data.prefetch(20)
    return data


train_ds, test_ds = tfds.load("mnist", split=["train", "test"], as_supervised=True)
train_dataset = train_ds.apply(prepare)
model = tf.keras.Sequential([tf.keras.layers.Dense(10)])
optimizer = tf.keras.optimizers.Adam(0.001)
loss_function = tf.keras.losses.MeanSquaredError()
for epoch in range(10):  #? epochs 10
    for image, label in train_dataset:
        with tf.GradientTape() as tape:
            loss = loss_function(label, model(image))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
#? a model
