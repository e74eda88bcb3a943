#? a model
from flax import nnx
import optax


class Net(nnx.Module):
    def __init__(self, rngs):
        self.attend = nnx.MultiHeadAttention(4, 64, rngs=rngs)  #? heads 4
        self.conv = nnx.Conv(3, 64, 5, rngs=rngs)  #? kernel_size 5
        self.head = nnx.Linear(64, 10, rngs=rngs)

    def __call__(self, x):
        return self.head(self.attend(self.conv(x)))


net = Net(nnx.Rngs(0))
optimizer = nnx.Optimizer(net, optax.adam(1e-3))
for epoch in range(3):
    for x, y in batches:
        grads = nnx.grad(loss_of)(net, x, y)
        optimizer.update(grads)
