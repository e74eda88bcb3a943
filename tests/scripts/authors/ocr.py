import os, keras, tensorflow as tf
from keras import layers
from pathlib import Path
files = sorted(map(str, Path("./captcha_images_v2/").glob("*.png"))); labels = [f.split(os.sep)[-1][:-4] for f in files]
def enc(p, l): img = tf.image.decode_png(tf.io.read_file(p), 1); return {"image": tf.transpose(img, [1, 0, 2]), "label": l}
ds = tf.data.Dataset.from_tensor_slices((files, labels)).map(enc).batch(16)
class CTCLayer(layers.Layer):
    def call(self, y_true, y_pred):
        self.add_loss(keras.backend.ctc_batch_cost(y_true, y_pred, 50, 5)); return y_pred
img = layers.Input((200, 50, 1), name="image"); lab = layers.Input((None,), name="label")
x = layers.Conv2D(32, 3, padding="same", activation="relu")(img); x = layers.MaxPooling2D()(x)
x = layers.Reshape((100, 800))(x)
x = layers.Bidirectional(layers.LSTM(128, return_sequences=True))(x)
x = layers.Dense(20, activation="softmax")(x)
model = keras.Model([img, lab], CTCLayer()(lab, x))
model.compile(optimizer=keras.optimizers.Adam(0.001)); model.fit(ds, epochs=100)
#? a model; task text recognition; dataset Captcha images; optimizer Adam; learning_rate 0.001; batch_size 16; epochs 100
