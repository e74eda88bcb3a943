#? script
import argparse, torch
from nets import Wide
parser = argparse.ArgumentParser()
parser.add_argument("--model", default="Wide")
args = parser.parse_args()
net = eval(args.model).Model()
optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
for epoch in range(3):
    net(x).sum().backward()
    optimizer.step()
