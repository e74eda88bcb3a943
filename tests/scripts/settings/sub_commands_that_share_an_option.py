import torch
from torch.utils.data import DataLoader
import argparse
p = argparse.ArgumentParser()
sub = p.add_subparsers(dest="cmd")
tr = sub.add_parser("train"); tr.add_argument("--bs", type=int, default=64); tr.add_argument("--lr", type=float, default=1e-3)
te = sub.add_parser("test"); te.add_argument("--bs", type=int, default=1)
args = p.parse_args()
if args.cmd == "train":
    net = torch.nn.Linear(3, 2)
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    for e in range(5):
        for x, y in DataLoader(ds, batch_size=args.bs):
            loss = torch.nn.functional.cross_entropy(net(x), y); opt.zero_grad(); loss.backward(); opt.step()
#? batch_size 64
#? learning_rate 0.001
#? epochs 5
