"""Where scripts begin to train: entrances that a library calls, objects that train."""

from __future__ import annotations

from pathlib import Path

from tests.test_reading_settings import main_stage, read


def test_tf_app_run_enters_main_and_an_object_that_trains(tmp_path: Path) -> None:
    network = """
        import tensorflow as tf
        class Net(object):
            def __init__(self, sess):
                self.sess = sess
                self.w = tf.Variable(0.0)
                self.loss = tf.reduce_mean(self.w)
            def train(self, config):
                step = tf.train.AdamOptimizer(config.rate).minimize(self.loss)
                for epoch in range(config.epoch):
                    for index in range(100):
                        self.sess.run([step, self.loss], feed_dict={})
    """
    source = """
        import tensorflow as tf
        from network import Net
        flags = tf.app.flags
        flags.DEFINE_integer("epoch", 25, "epochs")
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
    """
    reading = read(tmp_path, source, "main.py", network_py=network)
    assert reading.is_model
    stage = main_stage(reading)
    assert (stage.epochs and stage.epochs.value, stage.optimizer and stage.optimizer.value) == (
        25,
        "Adam",
    )
