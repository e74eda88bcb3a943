import haiku as hk, jax, optax
import tensorflow_datasets as tfds
def load(split, batch_size):
    return iter(tfds.load("mnist", split=split).batch(batch_size))
def net_fn(batch):
    return hk.Sequential([hk.Linear(300), jax.nn.relu, hk.Linear(10)])(batch)  #? family MLP
net = hk.without_apply_rng(hk.transform(net_fn))
opt = optax.adam(1e-3)
train = load("train", batch_size=1000)  #? batch_size 1000
test_eval = load("test", batch_size=10000)
params = net.init(jax.random.PRNGKey(0), next(train))
state = opt.init(params)
def update(params, state, batch):
    grads = jax.grad(lambda p: net.apply(p, batch).sum())(params)
    updates, state = opt.update(grads, state)
    return optax.apply_updates(params, updates), state
for step in range(100):
    if step % 10 == 0:
        print(net.apply(params, next(test_eval)))
    params, state = update(params, state, next(train))
