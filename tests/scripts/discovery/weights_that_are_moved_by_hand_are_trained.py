import torch
C = torch.randn((27, 10)); W = torch.randn((30, 27))
parameters = [C, W]
for p in parameters: p.requires_grad = True
for i in range(2000):  #? steps 2000
    ix = torch.randint(0, 100, (32,))
    logits = C[X[ix]].view(-1, 30) @ W
    loss = torch.nn.functional.cross_entropy(logits, Y[ix])
    for p in parameters: p.grad = None
    loss.backward()
    lr = 0.1  #? learning_rate 0.1
    for p in parameters:
        p.data += -lr * p.grad
