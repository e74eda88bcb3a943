import jax
import jax.numpy as jnp
def mlp(params, x):  #? architecture mlp
    (w1, b1), (w2, b2) = params
    return jax.nn.relu(x @ w1 + b1) @ w2 + b2  #? family MLP
def loss(params, x, y):
    return jnp.mean((mlp(params, x) - y) ** 2)
params = [(jnp.ones((4, 32)), jnp.zeros(32)), (jnp.ones((32, 1)), jnp.zeros(1))]
for step in range(1000):
    grads = jax.grad(loss)(params, x, y)
    params = jax.tree.map(lambda p, g: p - 0.01 * g, params, grads)
