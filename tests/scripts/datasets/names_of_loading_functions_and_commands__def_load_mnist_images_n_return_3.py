#? a model
def load_mnist_images():
    return 3
x = load_mnist_images()  #? dataset MNIST
import keras
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=3)
