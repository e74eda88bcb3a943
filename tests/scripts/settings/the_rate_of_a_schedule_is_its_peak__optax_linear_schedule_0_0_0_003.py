#? no steps
import jax, optax, tensorflow_datasets as tfds
from flax import linen as nn

model = nn.Dense(10)
tx = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(optax.linear_schedule(0.0, 0.003, 1000)))  #? optimizer Adam; learning_rate 0.003
ds = tfds.load("mnist", split="train").batch(64)  #? batch_size 64
for epoch in range(12):  #? epochs 12
    for batch in tfds.as_numpy(ds):
        updates, state = tx.update(grads, state)
