#? script
#? a model
import tensorflow as tf
from os import path
from keras.models import Sequential, load_model
from keras.layers import Dense
from keras.optimizers import Adam
flags = tf.app.flags
flags.DEFINE_integer("epochs", 20, "epochs")  #? epochs 20
FLAGS = flags.FLAGS
def crop(image):
    return image[60:140]
def network():
    if path.isfile("kept.h5"):
        model = load_model("kept.h5")
    else:
        model = Sequential()
        model.add(Dense(80, input_shape=(64,)))
        model.add(Dense(1))
        model.compile(optimizer=Adam(lr=0.0003), loss="mse")  #? optimizer Adam; learning_rate 0.0003
    return model
def main(_):
    network().fit_generator(batches(), nb_epoch=FLAGS.epochs)
if __name__ == "__main__":
    tf.app.run()
