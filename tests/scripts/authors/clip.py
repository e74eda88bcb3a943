import torch, clip, json
from PIL import Image
from torch import nn, optim
from torch.utils.data import Dataset, DataLoader
model, preprocess = clip.load("ViT-B/32", device="cuda", jit=False)
class Caps(Dataset):
    def __init__(self, f): self.rows = json.load(open(f))
    def __len__(self): return len(self.rows)
    def __getitem__(self, i): r = self.rows[i]; return preprocess(Image.open("flickr30k_images/" + r["image"])), clip.tokenize(r["caption"])[0]
dl = DataLoader(Caps("dataset_flickr30k.json"), batch_size=64, shuffle=True)
li, lt = nn.CrossEntropyLoss(), nn.CrossEntropyLoss(); optimizer = optim.AdamW(model.parameters(), lr=5e-6)
for epoch in range(8):
    for im, tx in dl:
        a, b = model(im.cuda(), tx.cuda()); g = torch.arange(len(im)).cuda()
        loss = (li(a, g) + lt(b, g)) / 2; optimizer.zero_grad(); loss.backward(); optimizer.step()
#? a model; optimizer AdamW; learning_rate 5e-06; batch_size 64; epochs 8
