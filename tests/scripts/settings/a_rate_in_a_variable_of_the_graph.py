#? no batch_size; no steps
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 4])
loss = tf.reduce_mean(tf.layers.dense(x, 2))
rate = tf.Variable(0.007, trainable=False)  #? learning_rate 0.007
train = tf.train.AdamOptimizer(rate).minimize(loss)  #? optimizer Adam
with tf.Session() as session:
    for epoch in range(6):  #? epochs 6
        session.run(train, {x: [[1, 2, 3, 4]]})
