import flax.linen as nn
import jax
import jax.numpy as jnp
import optax


class Net(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.tanh(nn.Dense(32)(x))
        return nn.Dense(1)(x)


net = Net()
params = net.init(jax.random.PRNGKey(0), jnp.ones(1))
tx = optax.adam(1e-3)
state = tx.init(params)


def loss_fn(params, xs):
    def u(x):
        return net.apply(params, jnp.array([x]))[0]

    u_x = jax.grad(u)
    u_xx = jax.grad(u_x)
    rest = jax.vmap(u_xx)(xs) + jnp.sin(xs)  #? family PINN
    return jnp.mean(rest**2)


for step in range(1000):
    xs = jnp.linspace(0, 1, 64)
    grads = jax.grad(loss_fn)(params, xs)
    updates, state = tx.update(grads, state)
    params = optax.apply_updates(params, updates)
#? family MLP
