#? script
import torch
from strangers.reader import Reader

reader = Reader()  #? no family
opt = torch.optim.Adam(reader.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in torch.load("rows.pt"):
        loss = torch.nn.functional.cross_entropy(reader(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
