import clip
import torch
from torch import nn, optim
from torch.utils.data import DataLoader

device = "cuda" if torch.cuda.is_available() else "cpu"
model, prepare = clip.load("ViT-B/32", device=device, jit=False)  #? family CLIP
of_pictures, of_words = nn.CrossEntropyLoss(), nn.CrossEntropyLoss()
opt = optim.Adam(model.parameters(), lr=5e-5, betas=(0.9, 0.98))  #? learning_rate 5e-05
for epoch in range(30):  #? epochs 30
    for pictures, words in DataLoader(torch.load("pairs.pt"), batch_size=64):  #? batch_size 64
        by_picture, by_word = model(pictures.to(device), words.to(device))
        truth = torch.arange(len(pictures), dtype=torch.long, device=device)
        loss = of_pictures(by_picture, truth) + of_words(by_word, truth)  #? family Contrastive model
        opt.zero_grad()
        loss.backward()
        opt.step()
#? task representation learning
