import sys
import torch
def settings(kind):
    found = {}
    if kind == "small":
        found["lr"] = 0.125  #? learning_rate 0.125
        return found
    elif kind == "large":
        found["epochs"] = 9
        return found
    raise ValueError(kind)
config = settings(sys.argv[1])
net = torch.nn.Linear(3, 4)
optimizer = torch.optim.SGD(net.parameters(), lr=config["lr"])  #? optimizer SGD
for epoch in range(2):
    for x in torch.load("d.pt"):
        net(x).sum().backward()
        optimizer.step()
