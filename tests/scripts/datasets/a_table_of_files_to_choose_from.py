import json
import os
import torch
files = {
    "content": os.path.join("data", "physics.json"),
    "pairs": os.path.join("data", "orca_dpo_pairs.json"),
    "digits": os.path.join("data", "mnist.json"),
}
with open(files["content"]) as file:
    data = json.load(file)
net = torch.nn.Linear(3, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.5)
for epoch in range(3):
    for x in data:
        net(torch.tensor(x)).sum().backward()
        opt.step()
#? no dataset
