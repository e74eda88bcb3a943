"""What was trained before is loaded and looked at in two dimensions."""

import matplotlib.pyplot as plt
import torch
from sklearn.decomposition import PCA
from torch import nn

net = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 8))
net.load_state_dict(torch.load("net.pt"))
points = net(torch.load("latents.pt")).detach().numpy()
view = PCA(n_components=2)
view.fit(points)
plt.scatter(*view.transform(points).T)
plt.savefig("view.png")
#? not a model
