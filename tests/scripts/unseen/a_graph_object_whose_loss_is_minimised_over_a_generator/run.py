#? script
import tensorflow as tf
from helpers import batches
from text_cnn import TextCNN
cnn = TextCNN(10)  #? architecture TextCNN
optimizer = tf.train.AdamOptimizer(1e-3)
train = optimizer.apply_gradients(optimizer.compute_gradients(cnn.loss))
sess = tf.Session()
for batch in batches(list(data), 64, 200):  #? batch_size 64; epochs 200
    sess.run(train, {cnn.x: batch})
