from keras import backend as K, layers
from keras.models import Model
inputs = layers.Input((28, 28, 1))
h = layers.Dense(64)(layers.Flatten()(layers.Conv2D(8, 3)(inputs)))
z_mean, z_log_var = layers.Dense(2)(h), layers.Dense(2)(h)
def sampling(args):
    z_mean, z_log_var = args
    return z_mean + K.exp(z_log_var) * K.random_normal(K.shape(z_mean))  #? family VAE
z = layers.Lambda(sampling)([z_mean, z_log_var])
out = layers.Conv2DTranspose(1, 3)(layers.Reshape((26, 26, 8))(layers.Dense(5408)(z)))  #? family CNN
model = Model(inputs, out)
kl_loss = -0.5 * K.mean(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var))
model.add_loss(kl_loss)
model.compile("rmsprop")
model.fit(x_train, epochs=10)
