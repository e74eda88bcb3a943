import numpy as np, pandas as pd, torch, torch.nn as nn
import torch.utils.data as data
df = pd.read_csv("airline-passengers.csv")
ts = df[["Passengers"]].values.astype("float32")
def create_windows(d, lookback):
    X, y = [], []
    for i in range(len(d) - lookback):
        X.append(d[i:i + lookback]); y.append(d[i + 1:i + lookback + 1])
    return torch.tensor(np.array(X)), torch.tensor(np.array(y))
X, y = create_windows(ts, 4)
class AirModel(nn.Module):
    def __init__(self):
        super().__init__(); self.lstm = nn.LSTM(1, 50, batch_first=True); self.linear = nn.Linear(50, 1)
    def forward(self, x): return self.linear(self.lstm(x)[0])
model = AirModel(); optimizer = torch.optim.Adam(model.parameters(), lr=1e-2); loss_fn = nn.MSELoss()
loader = data.DataLoader(data.TensorDataset(X, y), shuffle=True, batch_size=8)
n_epochs = 2000
for epoch in range(n_epochs):
    for xb, yb in loader:
        loss = loss_fn(model(xb), yb); optimizer.zero_grad(); loss.backward(); optimizer.step()
#? a model; task time series forecasting; dataset Airline Passengers; optimizer Adam; learning_rate 0.01; batch_size 8; epochs 2000
