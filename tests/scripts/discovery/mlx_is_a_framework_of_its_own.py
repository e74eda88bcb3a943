import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optim
class MLP(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = [nn.Linear(784, width), nn.Linear(width, 10)]
    def __call__(self, x):
        for l in self.layers[:-1]:
            x = nn.relu(l(x))
        return self.layers[-1](x)
def loss_fn(model, X, y):
    return mx.mean(nn.losses.cross_entropy(model(X), y))
model = MLP(32)
mx.eval(model.parameters())
loss_and_grad = nn.value_and_grad(model, loss_fn)
optimizer = optim.SGD(learning_rate=1e-1)  #? optimizer SGD; learning_rate 0.1
for e in range(10):  #? epochs 10
    for X, y in batches(256):
        loss, grads = loss_and_grad(model, X, y)
        optimizer.update(model, grads)
        mx.eval(model.parameters(), optimizer.state)
#? framework MLX
#? architecture MLP
