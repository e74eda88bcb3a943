#? script
import torch
from packages.matching.net.reader import Reader

reader = Reader()  #? architecture Reader
opt = torch.optim.Adam(reader.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in torch.load("rows.pt"):
        loss = torch.nn.functional.cross_entropy(reader(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
