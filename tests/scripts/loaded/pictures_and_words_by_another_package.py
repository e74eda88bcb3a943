import open_clip
import torch
from torch.nn.functional import cross_entropy

model, _, prepare = open_clip.create_model_and_transforms("ViT-B-32", pretrained="laion2b_s34b_b79k")  #? family CLIP
opt = torch.optim.AdamW(model.parameters(), lr=1e-5)  #? learning_rate 1e-05
for epoch in range(3):
    for pictures, words in torch.load("pairs.pt"):
        one, other, scale = model(pictures, words)
        pairs = scale * one @ other.t()
        loss = cross_entropy(pairs, torch.arange(len(one)))  #? family Contrastive model
        opt.zero_grad()
        loss.backward()
        opt.step()
#? architecture ViT-B-32
