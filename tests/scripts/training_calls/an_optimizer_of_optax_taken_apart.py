#? a model; no batch_size; no episodes; no epochs
import jax
import optax

def make_optimizer():
    return optax.adam(1e-3)  #? optimizer Adam; learning_rate 0.001

def update(params, state, batch):
    _, optimizer = make_optimizer()
    updates, state = optimizer(jax.grad(loss)(params, batch), state)
    return optax.apply_updates(params, updates), state

for step in range(500):  #? steps 500
    params, state = update(params, state, batch)
