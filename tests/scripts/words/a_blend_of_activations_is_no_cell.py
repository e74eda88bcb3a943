"""Two activations that are mixed by a share: no state is kept."""

import torch
import torch.nn.functional as F

X, Y = torch.load("names.pt")
table, w1, w2 = torch.randn(27, 10), torch.randn(30, 200), torch.randn(200, 27)
blend = torch.zeros(200)
parameters = [table, w1, w2, blend]
for p in parameters:
    p.requires_grad = True


def forward(x):
    h = table[x].view(-1, 30) @ w1
    a = torch.sigmoid(blend)
    h = a * torch.tanh(h) + (1 - a) * torch.relu(h)
    return h @ w2


for step in range(20000):
    ix = torch.randint(0, len(X), (32,))
    loss = F.cross_entropy(forward(X[ix]), Y[ix])
    for p in parameters:
        p.grad = None
    loss.backward()
    for p in parameters:
        p.data -= 0.1 * p.grad
#? family MLP
