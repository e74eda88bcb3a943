#? no batch_size; no epochs
import jax
import optax
rate = 1e-2  #? learning_rate 0.01
tx = optax.chain(optax.scale_by_adam(), optax.add_decayed_weights(0.1), optax.scale_by_learning_rate(rate))  #? optimizer AdamW
state = tx.init(params)
for step in range(500):  #? steps 500
    grads = jax.grad(loss)(params, next(batches))
    updates, state = tx.update(grads, state)
    params = optax.apply_updates(params, updates)
