#? script
#? a model; no episodes; no epochs
import jax
import optax
from data import load

def main():
    @jax.jit
    def update(params, state, batch):
        grads = jax.grad(loss)(params, batch)
        updates, state = optimizer.update(grads, state)
        return optax.apply_updates(params, updates), state

    train = load("train", batch_size=1_000)  #? batch_size 1000
    held = load("test", batch_size=10_000)
    optimizer = optax.adam(1e-3)  #? optimizer Adam; learning_rate 0.001
    state = optimizer.init(params)
    for step in range(3001):  #? steps 3001
        if step % 100 == 0:
            print(evaluate(params, next(held)))
        params, state = update(params, state, next(train))

main()
