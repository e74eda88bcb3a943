#? script
#? no framework_version
import keras  #? framework Keras
model = keras.Sequential([keras.layers.Dense(2)])
model.compile(optimizer="adam", loss="mse")
model.fit([[1.0]], [[1.0]], epochs=3)
