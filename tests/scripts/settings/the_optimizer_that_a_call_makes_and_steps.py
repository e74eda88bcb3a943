#? a model
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 8])
y = tf.placeholder(tf.float32, [None, 1])
loss = tf.losses.mean_squared_error(y, tf.layers.dense(x, 1))
step = tf.contrib.layers.optimize_loss(loss, None, 0.05, "Adagrad")  #? optimizer Adagrad; learning_rate 0.05
with tf.Session() as session:
    for epoch in range(7):  #? epochs 7
        session.run(step, {x: a, y: b})
