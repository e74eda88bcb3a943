#? script
import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optim

from common import check

model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))


def loss_fn(model, x, y):
    return nn.losses.cross_entropy(model(x), y).mean()


step = nn.value_and_grad(model, loss_fn)
opt = optim.SGD(learning_rate=0.1)
check(model)
for epoch in range(10):
    for x, y in batches(256):
        loss, grads = step(model, x, y)
        opt.update(model, grads)
        mx.eval(model.parameters(), opt.state)
#? framework MLX
#? epochs 10
