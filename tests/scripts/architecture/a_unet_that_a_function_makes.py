import tensorflow as tf
from tensorflow.keras import layers
def UNET():
    start = layers.Input((64, 64, 3))
    a = layers.ReLU()(layers.Conv2D(16, 3, padding="same")(start))
    b = layers.ReLU()(layers.Conv2D(32, 3, padding="same")(layers.MaxPooling2D()(a)))
    c = layers.Conv2DTranspose(16, 2, strides=2)(b)
    c = layers.BatchNormalization()(c)
    c = layers.ReLU()(c)
    d = tf.concat([a, c], axis=-1)
    d = layers.Conv2D(16, 3, padding="same")(d)
    return tf.keras.Model(inputs=start, outputs=layers.Conv2D(4, 1, activation="softmax")(d))
model = UNET()
model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["acc"])
model.fit(tf.data.Dataset.load("d"), epochs=3)
#? family U-Net; family CNN; task image segmentation; architecture UNET
