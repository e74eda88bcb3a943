import os, torch, numpy as np
from torch import nn
from torch.utils.data import Dataset, DataLoader
class LJDatasets(Dataset):
    def __init__(self, csv, root): self.l = [r.split("|") for r in open(csv)]; self.root = root
    def __len__(self): return len(self.l)
    def __getitem__(self, i): return self.l[i][2], np.load(os.path.join(self.root, self.l[i][0] + ".mel.npy"))
class TTS(nn.Module):
    def __init__(self, v=80, d=256, mels=80):
        super().__init__(); self.emb = nn.Embedding(v, d); self.pre = nn.Linear(mels, d)
        self.tr = nn.Transformer(d, 4, 3, 3, batch_first=True); self.mel = nn.Linear(d, mels); self.stop = nn.Linear(d, 1)
    def forward(self, t, m): h = self.tr(self.emb(t), self.pre(m)); return self.mel(h), self.stop(h)
model = TTS(); opt = torch.optim.Adam(model.parameters(), lr=1e-3); step = 0
loader = DataLoader(LJDatasets("LJSpeech-1.1/metadata.csv", "LJSpeech-1.1/wavs"), batch_size=16, shuffle=True)
while step < 100000:
    for text, mel in loader:
        pred, stop = model(text, mel[:, :-1]); loss = nn.L1Loss()(pred, mel[:, 1:]); opt.zero_grad(); loss.backward(); opt.step(); step += 1
#? a model; task speech synthesis; dataset LJSpeech; optimizer Adam; learning_rate 0.001; batch_size 16; no epochs
