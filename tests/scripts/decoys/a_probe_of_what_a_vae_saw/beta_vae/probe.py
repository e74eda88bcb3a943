#? script
#? family Logistic regression
import torch
from torch import nn
from torch.utils.data import DataLoader

from faces import FACES
from nets import VAE

seen = VAE(64)
seen.load_state_dict(torch.load("best.pt"))
probe = nn.Linear(64, 40)
opt = torch.optim.Adam(probe.parameters(), lr=1e-3)  #? optimizer Adam
criterion = nn.BCEWithLogitsLoss()
for epoch in range(10):
    for x, y in DataLoader(FACES, batch_size=32):
        latent = seen.sample(x)
        loss = criterion(probe(latent), y)
        loss.backward()
        opt.step()
        print(seen.elbo(x))
