import torch
import torch.nn as nn

OPTIMIZERS = {}


def register(name):
    def keep(function):
        OPTIMIZERS[name] = function
        return function

    return keep


@register("sgd")
def plain(parameters, rate):
    return torch.optim.SGD(parameters, lr=rate)


@register("adamw")
def decayed(parameters, rate):
    return torch.optim.AdamW(parameters, lr=rate)  #? optimizer AdamW


model = nn.Linear(8, 2)
optimizer = OPTIMIZERS["adamw"](model.parameters(), 0.03)  #? learning_rate 0.03
for epoch in range(4):  #? epochs 4
    for x, y in torch.load("batches.pt"):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
