import tensorflow as tf
from ultralytics import YOLO

eyes = YOLO("best.pt")
net = tf.keras.Sequential([tf.keras.layers.Dense(32, activation="relu"), tf.keras.layers.Dense(8)])
opt = tf.keras.optimizers.Adam(learning_rate=0.01)  #? optimizer Adam; learning_rate 0.01
for picture, answer in load():
    seen = eyes(picture)[0].boxes.xywh
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((net(seen) - answer) ** 2)
    opt.apply_gradients(
        zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables)
    )
#? framework Keras
