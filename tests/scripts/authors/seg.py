import tensorflow as tf, tensorflow_datasets as tfds
from tensorflow.keras import layers as L
BATCH, EPOCHS = 16, 25
def prep(d):
    img = tf.image.resize(d["image"], (128, 128)) / 255
    mask = tf.image.resize(d["segmentation_mask"], (128, 128), method="nearest") - 1
    return img, mask
ds = tfds.load("oxford_iiit_pet:3.*.*", split="train").map(prep).cache().shuffle(1000).batch(BATCH).prefetch(2)
def conv(x, f):
    for _ in range(2): x = L.Conv2D(f, 3, padding="same", activation="relu")(x)
    return x
def build():
    inp = L.Input((128, 128, 3)); skips = []; x = inp
    for f in (32, 64, 128):
        x = conv(x, f); skips.append(x); x = L.MaxPool2D()(x)
    x = conv(x, 256)
    for f, s in zip((128, 64, 32), reversed(skips)):
        x = L.Conv2DTranspose(f, 2, strides=2)(x)
        x = conv(L.Concatenate()([x, s]), f)
    return tf.keras.Model(inp, L.Conv2D(3, 1, activation="softmax")(x))
model = build()
model.compile(optimizer=tf.keras.optimizers.Adam(3e-4), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(ds, epochs=EPOCHS)
#? a model; task image segmentation; dataset Oxford-IIIT Pet; optimizer Adam; learning_rate 0.0003; batch_size 16; epochs 25
