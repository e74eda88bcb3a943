#? no steps
import jax, optax, tensorflow_datasets as tfds
from flax import linen as nn

class CNN(nn.Module):
    @nn.compact
    def __call__(self, x):
        return nn.Dense(10)(x)

model, tx = CNN(), optax.adam(0.003)  #? optimizer Adam; learning_rate 0.003

@jax.jit
def apply(params, state, x):
    grads = jax.grad(lambda p: model.apply(p, x).mean())(params)
    updates, state = tx.update(grads, state)
    return optax.apply_updates(params, updates), state

ds = tfds.load("mnist", split="train").batch(64)  #? batch_size 64
for epoch in range(12):  #? epochs 12
    for batch in tfds.as_numpy(ds):
        params, state = apply(params, state, batch)
