import jax
import jax.numpy as jnp
import optax
from flax import linen as nn


class Net(nn.Module):
    @nn.compact
    def __call__(self, x):
        return nn.Dense(4)(nn.relu(nn.Dense(64)(x)))


net = Net()
params = net.init(jax.random.PRNGKey(0), jnp.ones((1, 8)))
tx = optax.adam(3e-4)  #? optimizer Adam
state = tx.init(params)


def loss_fn(p, o, a, old, w):
    new = jnp.take_along_axis(jax.nn.log_softmax(net.apply(p, o)), a[:, None], 1)[:, 0]
    r = jnp.exp(new - old)
    return -jnp.minimum(r * w, jnp.clip(r, 0.8, 1.2) * w).mean()  #? family PPO


for i in range(1000):
    o, a, old, w = collect(params)
    grads = jax.grad(loss_fn)(params, o, a, old, w)
    step, state = tx.update(grads, state)
    params = optax.apply_updates(params, step)
#? family MLP
