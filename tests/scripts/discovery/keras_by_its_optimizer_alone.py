import tensorflow as tf
from official_models import make
model = make()
opt = tf.keras.optimizers.Adam(1e-3)  #? optimizer Adam; learning_rate 0.001
model.compile(optimizer=opt, loss="mse")
model.fit(x, y, epochs=4, batch_size=8)  #? epochs 4; batch_size 8
