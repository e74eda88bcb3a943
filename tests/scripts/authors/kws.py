import torch, torch.nn as nn, torch.nn.functional as F, torch.optim as optim
from torchaudio.datasets import SPEECHCOMMANDS
batch_size = 256
train_set = SPEECHCOMMANDS("./", download=True, subset="training")
train_loader = torch.utils.data.DataLoader(train_set, batch_size=batch_size, shuffle=True)
class M5(nn.Module):
    def __init__(self, n_input=1, n_output=35, stride=16, n_channel=32):
        super().__init__()
        self.conv1 = nn.Conv1d(n_input, n_channel, 80, stride=stride); self.bn1 = nn.BatchNorm1d(n_channel)
        self.conv2 = nn.Conv1d(n_channel, n_channel, 3); self.fc1 = nn.Linear(n_channel, n_output)
    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x))); x = F.relu(self.conv2(x))
        return F.log_softmax(self.fc1(x.mean(-1)), dim=-1)
model = M5()
optimizer = optim.Adam(model.parameters(), lr=0.01, weight_decay=0.0001)
def train(model, epoch, log_interval):
    for data, target in train_loader:
        loss = F.nll_loss(model(data), target)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
n_epoch = 2
for epoch in range(1, n_epoch + 1): train(model, epoch, 20)
#? a model; task audio classification; dataset Speech Commands; optimizer Adam; learning_rate 0.01; batch_size 256; epochs 2
