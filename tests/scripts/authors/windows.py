import argparse, pandas as pd, torch
from torch import nn
from torch.utils.data import Dataset, DataLoader
p = argparse.ArgumentParser()
p.add_argument("--csv", default="./data/ETT-small/ETTh1.csv")
p.add_argument("--seq_len", type=int, default=96); p.add_argument("--pred_len", type=int, default=24)
p.add_argument("--bs", dest="batch", type=int, default=32); p.add_argument("--epochs", type=int, default=10)
p.add_argument("--lr", type=float, default=1e-4)
args = p.parse_args()
class Windows(Dataset):
    def __init__(self, path, seq, pred): self.x = pd.read_csv(path).iloc[:, 1:].values; self.s, self.p = seq, pred
    def __len__(self): return len(self.x) - self.s - self.p
    def __getitem__(self, i): return self.x[i:i + self.s], self.x[i + self.s:i + self.s + self.p]
class Forecaster(nn.Module):
    def __init__(self, feats, d_model, pred):
        super().__init__()
        self.proj = nn.Linear(feats, d_model)
        self.enc = nn.TransformerEncoder(nn.TransformerEncoderLayer(d_model, 8, batch_first=True), 3)
        self.head = nn.Linear(d_model, feats * pred); self.pred = pred
    def forward(self, x): return self.head(self.enc(self.proj(x))[:, -1]).view(len(x), self.pred, -1)
net = Forecaster(7, 512, args.pred_len)
opt = torch.optim.Adam(net.parameters(), args.lr)
crit = nn.MSELoss()
for ep in range(args.epochs):
    for x, y in DataLoader(Windows(args.csv, args.seq_len, args.pred_len), args.batch, shuffle=True):
        loss = crit(net(x.float()), y.float()); opt.zero_grad(); loss.backward(); opt.step()
#? a model; task time series forecasting; dataset ETT; optimizer Adam; learning_rate 0.0001; batch_size 32; epochs 10
