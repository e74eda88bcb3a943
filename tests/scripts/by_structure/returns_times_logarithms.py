import torch
from torch import nn

from game import Board

net = nn.Sequential(nn.Linear(5, 64), nn.ReLU(), nn.Linear(64, 8), nn.Softmax(-1))
opt = torch.optim.Adam(net.parameters(), lr=1e-2)
board = Board()


def play():
    seen = []
    while not board.over():
        chances = net(board.view())
        move = torch.multinomial(chances, 1)
        seen.append((chances[move], board.push(move)))
    return seen


for _ in range(500):
    seen = play()
    total, sums = 0.0, []
    for _, gain in reversed(seen):
        total = gain + 0.99 * total
        sums.insert(0, total)
    sums = torch.tensor(sums)
    chosen = torch.stack([chance for chance, _ in seen])
    loss = -(torch.log(chosen) * sums).sum()  #? family Policy gradient
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
