import tensorflow as tf

net = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(20, activation="tanh"),
        tf.keras.layers.Dense(20, activation="tanh"),
        tf.keras.layers.Dense(1),
    ]
)
adam = tf.keras.optimizers.Adam(learning_rate=1e-3)


def rest(x):
    with tf.GradientTape() as second:
        second.watch(x)
        with tf.GradientTape() as first:
            first.watch(x)
            y = net(x)
        y_x = first.gradient(y, x)
    y_xx = second.gradient(y_x, x)
    return y_xx + 4.0 * y  #? family PINN


for epoch in range(2000):
    x = tf.random.uniform((64, 1))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(rest(x)))
    found = tape.gradient(loss, net.trainable_variables)
    adam.apply_gradients(zip(found, net.trainable_variables))
#? family MLP
