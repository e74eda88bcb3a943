import time

import torch
import torch.nn as nn


def timed(function):
    def around(*given):
        start = time.time()
        result = function(*given)
        print(time.time() - start)
        return result

    return around


@timed
def train(model, rate):
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for epoch in range(4):  #? epochs 4
        for x, y in torch.load("batches.pt"):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()


train(nn.Linear(8, 2), 0.02)  #? learning_rate 0.02
