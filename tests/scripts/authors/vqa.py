import torch, json
from torch import nn
from torchvision.models import resnet50
from torch.utils.data import Dataset, DataLoader
class VQADataset(Dataset):
    def __init__(self, q, a): self.q = json.load(open(q))["questions"]; self.a = json.load(open(a))["annotations"]
    def __len__(self): return len(self.q)
    def __getitem__(self, i): return torch.load("feats/%d.pt" % self.q[i]["image_id"]), self.q[i]["question"], self.a[i]["multiple_choice_answer"]
class VQANet(nn.Module):
    def __init__(self, vocab, answers):
        super().__init__(); self.emb = nn.Embedding(vocab, 300); self.lstm = nn.LSTM(300, 512, batch_first=True); self.img = nn.Linear(2048, 512); self.cls = nn.Linear(512, answers)
    def forward(self, im, q): _, (h, _) = self.lstm(self.emb(q)); return self.cls(torch.tanh(self.img(im)) * h[-1])
ds = VQADataset("v2_OpenEnded_mscoco_train2014_questions.json", "v2_mscoco_train2014_annotations.json"); net = VQANet(20000, 3129); opt = torch.optim.Adamax(net.parameters(), lr=1e-3)
for epoch in range(30):
    for im, q, a in DataLoader(ds, batch_size=256, shuffle=True):
        loss = nn.functional.cross_entropy(net(im, q), a); opt.zero_grad(); loss.backward(); opt.step()
#? a model; task visual question answering; dataset VQAv2; learning_rate 0.001; batch_size 256; epochs 30
