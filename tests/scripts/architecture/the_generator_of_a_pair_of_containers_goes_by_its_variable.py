import tensorflow as tf
from tensorflow.keras import layers
generator = tf.keras.Sequential([layers.Dense(128), layers.Dense(784)])  #? architecture generator; family MLP
discriminator = tf.keras.Sequential([layers.Dense(128), layers.Dense(1)])  #? family GAN
g_opt, d_opt = tf.keras.optimizers.Adam(1e-4), tf.keras.optimizers.Adam(1e-4)
bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
for epoch in range(50):
    for real in batches:
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            fake = discriminator(generator(tf.random.normal((64, 100))))
            g_loss = bce(tf.ones_like(fake), fake)
            d_loss = bce(tf.ones_like(fake), discriminator(real)) + bce(tf.zeros_like(fake),
                fake)
        g_opt.apply_gradients(zip(g_tape.gradient(g_loss, generator.trainable_variables),
                                  generator.trainable_variables))
        d_opt.apply_gradients(zip(d_tape.gradient(d_loss, discriminator.trainable_variables),
                                  discriminator.trainable_variables))
