#? a model; no batch_size; no episodes; no steps
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 784])
y = tf.placeholder(tf.float32, [None, 10])
logits = tf.layers.dense(x, 10)
errors = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits)  #? loss cross-entropy
lr = tf.Variable(0.0, trainable=False)
learning_rate = 0.002  #? learning_rate 0.002
train = tf.train.AdamOptimizer(lr).minimize(tf.reduce_mean(errors) + 0.1 * weights)  #? optimizer Adam
with tf.Session() as session:
    for epoch in range(50):  #? epochs 50
        session.run(tf.assign(lr, learning_rate * 0.97 ** epoch))
        for batch in batches:
            session.run(train, feed_dict={x: batch[0], y: batch[1]})
