import tensorflow as tf
from tensorflow.keras import layers


def painter():
    return tf.keras.Sequential(
        [
            layers.Conv2D(32, 4, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh"),
        ]
    )


def critic():
    before, after = layers.Input((64, 64, 3)), layers.Input((64, 64, 3))
    x = layers.Concatenate()([before, after])
    return tf.keras.Model([before, after], layers.Conv2D(1, 4)(x))


generator, discriminator = painter(), critic()
for_generator = tf.keras.optimizers.Adam(2e-4)
for_discriminator = tf.keras.optimizers.Adam(2e-4)
bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)


def step(drawing, photo):
    with tf.GradientTape() as one, tf.GradientTape() as other:
        made = generator(drawing, training=True)
        real = discriminator([drawing, photo], training=True)
        fake = discriminator([drawing, made], training=True)  #? family Image-to-image GAN
        g_loss = bce(tf.ones_like(fake), fake) + 100 * tf.reduce_mean(tf.abs(photo - made))
        d_loss = bce(tf.ones_like(real), real) + bce(tf.zeros_like(fake), fake)
    found = one.gradient(g_loss, generator.trainable_variables)
    for_generator.apply_gradients(zip(found, generator.trainable_variables))
    found = other.gradient(d_loss, discriminator.trainable_variables)
    for_discriminator.apply_gradients(zip(found, discriminator.trainable_variables))


for drawing, photo in tf.data.Dataset.load("pairs"):
    step(drawing, photo)
#? family CNN
