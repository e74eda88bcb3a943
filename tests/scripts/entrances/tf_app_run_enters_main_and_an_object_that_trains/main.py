#? script
#? a model
import tensorflow as tf
from network import Net
flags = tf.app.flags
flags.DEFINE_integer("epoch", 25, "epochs")  #? epochs 25
flags.DEFINE_float("rate", 0.0002, "rate")
flags.DEFINE_boolean("train", False, "train or draw")
FLAGS = flags.FLAGS
def main(_):
    with tf.Session() as sess:
        net = Net(sess)
        if FLAGS.train:
            net.train(FLAGS)
if __name__ == '__main__':
    tf.app.run()
