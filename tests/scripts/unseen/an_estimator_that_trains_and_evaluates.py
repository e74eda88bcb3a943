#? a model
import tensorflow as tf
def model_fn(features, labels, mode):
    out = tf.layers.dense(tf.layers.dense(features, 8), 1)
    loss = tf.reduce_mean(out)
    train = tf.train.AdamOptimizer(0.01).minimize(loss)  #? optimizer Adam; learning_rate 0.01
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train)
estimator = tf.estimator.Estimator(model_fn=model_fn)
spec = tf.estimator.TrainSpec(input_fn=lambda: data.batch(32), max_steps=20000)  #? steps 20000
tf.estimator.train_and_evaluate(estimator, spec, tf.estimator.EvalSpec(lambda: data))
