#? script
#? family Logistic regression
import torch
from torch import nn
from torch.utils.data import DataLoader

from faces import FACES
from nets import VAE

seen = VAE(64)
seen.load_state_dict(torch.load("best.pt"))


class Probe(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Sequential(nn.Dropout(0.1), nn.Linear(64, 40))

    def forward(self, x):
        return self.out(x)


probe = Probe()
opt = torch.optim.Adam(probe.parameters(), lr=1e-3)  #? optimizer Adam
criterion = nn.BCEWithLogitsLoss()
for epoch in range(10):
    for x, y in DataLoader(FACES, batch_size=32):
        with torch.no_grad():
            latent = seen.eval().sample(x)
        loss = criterion(probe(latent), y)
        loss.backward()
        opt.step()
        print(seen.elbo(x))
