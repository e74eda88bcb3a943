#? no batch_size; no epochs
import jax
import optax
rate = 1e-2
tx = optax.chain(optax.scale_by_adam(), optax.scale(-3e-4))  #? optimizer Adam; learning_rate 0.0003
state = tx.init(params)
for step in range(500):  #? steps 500
    grads = jax.grad(loss)(params, next(batches))
    updates, state = tx.update(grads, state)
    params = optax.apply_updates(params, updates)
