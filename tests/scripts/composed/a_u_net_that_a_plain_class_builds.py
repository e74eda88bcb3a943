import numpy as np
from tensorflow.keras import layers, models


class Builder:
    def __init__(self, width=16):
        self.width = width

    def build(self):
        seen = layers.Input((64, 64, 1))
        down = layers.Conv2D(self.width, 3, padding="same")(seen)
        low = layers.Conv2D(self.width * 2, 3, padding="same")(layers.MaxPooling2D()(down))
        up = layers.Conv2DTranspose(self.width, 2, strides=2)(low)
        both = layers.Concatenate()([up, down])  #? family U-Net
        last = layers.Conv2D(1, 1, activation="sigmoid")(both)  #? family CNN
        return models.Model(seen, last)


net = Builder().build()
net.compile("adam", "binary_crossentropy")
net.fit(np.load("x.npy"), np.load("y.npy"), epochs=2)
