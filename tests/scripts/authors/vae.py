import jax, jax.numpy as jnp, optax, numpy as np
from flax import linen as nn
from flax.training import train_state
import tensorflow_datasets as tfds
class Enc(nn.Module):
    @nn.compact
    def __call__(self, x): h = nn.relu(nn.Dense(500)(x)); return nn.Dense(20)(h), nn.Dense(20)(h)
class Dec(nn.Module):
    @nn.compact
    def __call__(self, z): return nn.Dense(784)(nn.relu(nn.Dense(500)(z)))
class VAE(nn.Module):
    def setup(self): self.e = Enc(); self.d = Dec()
    def __call__(self, x, rng):
        m, lv = self.e(x); z = m + jnp.exp(.5 * lv) * jax.random.normal(rng, m.shape); return self.d(z), m, lv
ds = tfds.load("mnist", split="train", as_supervised=True).shuffle(60000).batch(128, drop_remainder=True)
model = VAE(); params = model.init(jax.random.key(0), jnp.ones((1, 784)), jax.random.key(1))["params"]
state = train_state.TrainState.create(apply_fn=model.apply, params=params, tx=optax.adam(1e-3))
@jax.jit
def step(state, x, rng):
    def loss_fn(p):
        r, m, lv = state.apply_fn({"params": p}, x, rng)
        bce = optax.sigmoid_binary_cross_entropy(r, x).sum(-1).mean()
        return bce - .5 * (1 + lv - m ** 2 - jnp.exp(lv)).sum(-1).mean()
    return state.apply_gradients(grads=jax.grad(loss_fn)(state.params))
for epoch in range(10):
    for x, _ in tfds.as_numpy(ds): state = step(state, x.reshape(128, -1) / 255., jax.random.key(epoch))
#? a model; task image generation; dataset MNIST; optimizer Adam; learning_rate 0.001; batch_size 128; epochs 10
