import torch, torchaudio
from torch import nn
from torch.utils import data
class SpeechModel(nn.Module):
    def __init__(self, n_feats=128, n_class=29):
        super().__init__()
        self.cnn = nn.Conv2d(1, 32, 3, stride=2, padding=1)
        self.rnn = nn.GRU(2048, 512, 3, batch_first=True, bidirectional=True)
        self.out = nn.Linear(1024, n_class)
    def forward(self, x):
        x = self.cnn(x); b, c, f, t = x.size()
        return self.out(self.rnn(x.view(b, c * f, t).transpose(1, 2))[0])
def process(batch): return batch
def main(learning_rate=5e-4, batch_size=20, epochs=10, url="train-clean-100"):
    ds = torchaudio.datasets.LIBRISPEECH("./data", url=url, download=True)
    loader = data.DataLoader(ds, batch_size=batch_size, shuffle=True, collate_fn=process)
    model = SpeechModel().cuda()
    optimizer = torch.optim.AdamW(model.parameters(), learning_rate)
    criterion = nn.CTCLoss(blank=28)
    for e in range(1, epochs + 1):
        for spec, lab, il, ll in loader:
            optimizer.zero_grad()
            o = nn.functional.log_softmax(model(spec), 2).transpose(0, 1)
            criterion(o, lab, il, ll).backward(); optimizer.step()
main()
#? a model; task speech recognition; dataset LibriSpeech; optimizer AdamW; learning_rate 0.0005; batch_size 20; epochs 10
