import tensorflow as tf
tf.keras.utils.get_file("facades.tar.gz", origin="http://efrosgans.eecs.berkeley.edu/pix2pix/datasets/facades.tar.gz", extract=True)
BATCH_SIZE = 1; EPOCHS = 200; LAMBDA = 100
L = tf.keras.layers
def down(f): return tf.keras.Sequential([L.Conv2D(f, 4, 2, "same"), L.LeakyReLU()])
def up(f): return tf.keras.Sequential([L.Conv2DTranspose(f, 4, 2, "same"), L.ReLU()])
def Generator():
    i = L.Input([256, 256, 3]); x = i; sk = []
    for d in [down(64), down(128), down(256), down(512)]: x = d(x); sk.append(x)
    for u, s in zip([up(256), up(128), up(64)], reversed(sk[:-1])): x = L.Concatenate()([u(x), s])
    return tf.keras.Model(i, L.Conv2DTranspose(3, 4, 2, "same", activation="tanh")(x))
def Discriminator():
    a = L.Input([256, 256, 3]); b = L.Input([256, 256, 3]); x = down(128)(down(64)(L.concatenate([a, b]))); return tf.keras.Model([a, b], L.Conv2D(1, 4)(x))
G, D = Generator(), Discriminator(); bce = tf.keras.losses.BinaryCrossentropy(from_logits=True)
go = tf.keras.optimizers.Adam(2e-4, beta_1=.5); do = tf.keras.optimizers.Adam(2e-4, beta_1=.5)
@tf.function
def train_step(x, y):
    with tf.GradientTape() as gt, tf.GradientTape() as dt:
        g = G(x, training=True); r = D([x, y]); f = D([x, g])
        gl = bce(tf.ones_like(f), f) + LAMBDA * tf.reduce_mean(tf.abs(y - g)); dl = bce(tf.ones_like(r), r) + bce(tf.zeros_like(f), f)
    go.apply_gradients(zip(gt.gradient(gl, G.trainable_variables), G.trainable_variables)); do.apply_gradients(zip(dt.gradient(dl, D.trainable_variables), D.trainable_variables))
ds = tf.data.Dataset.list_files("facades/train/*.jpg").map(lambda p: (tf.image.decode_jpeg(tf.io.read_file(p))[:, 256:], tf.image.decode_jpeg(tf.io.read_file(p))[:, :256])).shuffle(400).batch(BATCH_SIZE)
def fit(ds, epochs):
    for e in range(epochs):
        for x, y in ds: train_step(x, y)
fit(ds, EPOCHS)
#? a model; dataset CMP Facades; optimizer Adam; learning_rate 0.0002; batch_size 1; epochs 200
