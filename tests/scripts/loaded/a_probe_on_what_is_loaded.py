import clip
import torch
from torch import nn

model, prepare = clip.load("ViT-B/32")
probe = nn.Linear(512, 10)  #? family Logistic regression; architecture Linear
opt = torch.optim.Adam(probe.parameters(), lr=1e-3)
for epoch in range(5):
    for x, y in torch.load("a.pt"):
        with torch.no_grad():
            features = model.encode_image(x)
        loss = nn.functional.cross_entropy(probe(features.float()), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
