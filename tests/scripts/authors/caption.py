import torch, os, pandas as pd
from torch import nn, optim
from torchvision import models
from PIL import Image
from torch.utils.data import Dataset, DataLoader
class FlickrDataset(Dataset):
    def __init__(self, root, captions_file):
        self.df = pd.read_csv(captions_file); self.root = root
    def __len__(self): return len(self.df)
    def __getitem__(self, i): return Image.open(os.path.join(self.root, self.df["image"][i])), self.df["caption"][i]
class EncoderCNN(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.resnet = models.resnet50(weights="DEFAULT")
        self.resnet.fc = nn.Linear(self.resnet.fc.in_features, size)
    def forward(self, x): return self.resnet(x)
class DecoderRNN(nn.Module):
    def __init__(self, size, hidden, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, size); self.lstm = nn.LSTM(size, hidden); self.linear = nn.Linear(hidden, vocab)
    def forward(self, f, c):
        e = torch.cat((f.unsqueeze(0), self.embed(c)), 0)
        return self.linear(self.lstm(e)[0])
class CNNtoRNN(nn.Module):
    def __init__(self, size, hidden, vocab):
        super().__init__(); self.encoder = EncoderCNN(size); self.decoder = DecoderRNN(size, hidden, vocab)
    def forward(self, i, c): return self.decoder(self.encoder(i), c)
def main():
    loader = DataLoader(FlickrDataset("flickr8k/images", "flickr8k/captions.txt"), 32, shuffle=True)
    learning_rate = 3e-4; num_epochs = 100
    model = CNNtoRNN(256, 256, 2994).to("cuda")
    criterion = nn.CrossEntropyLoss(ignore_index=0)
    optimizer = optim.Adam(model.parameters(), lr=learning_rate)
    for epoch in range(num_epochs):
        for imgs, captions in loader:
            out = model(imgs, captions[:-1])
            loss = criterion(out.reshape(-1, out.shape[2]), captions.reshape(-1))
            optimizer.zero_grad(); loss.backward(); optimizer.step()
main()
#? a model; task image captioning; dataset Flickr8k; optimizer Adam; learning_rate 0.0003; batch_size 32; epochs 100
