import torch
from torch import nn
from torchvision.datasets import UCF101
from torchvision.models import resnet18
class CNNLSTM(nn.Module):
    def __init__(self, n=101):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(3, 32, 5, 2), nn.ReLU(), nn.Conv2d(32, 64, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.lstm = nn.LSTM(64, 128, batch_first=True); self.fc = nn.Linear(128, n)
    def forward(self, v):
        b, t = v.shape[:2]; f = self.conv(v.flatten(0, 1)).view(b, t, -1); return self.fc(self.lstm(f)[0][:, -1])
ds = UCF101("UCF-101", "splits", frames_per_clip=16, train=True)
loader = torch.utils.data.DataLoader(ds, batch_size=6, shuffle=True)
model = CNNLSTM(); opt = torch.optim.SGD(model.parameters(), 1e-3, .9); ce = nn.CrossEntropyLoss()
for epoch in range(40):
    for v, a, y in loader:
        loss = ce(model(v), y); opt.zero_grad(); loss.backward(); opt.step()
#? a model; task video classification; dataset UCF101; optimizer SGD; learning_rate 0.001; batch_size 6; epochs 40
