import os, torch, torchvision, numpy as np
from PIL import Image
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor
class PennFudan(torch.utils.data.Dataset):
    def __init__(self, root): self.root = root; self.imgs = sorted(os.listdir(os.path.join(root, "PNGImages")))
    def __getitem__(self, i): return Image.open(os.path.join(self.root, "PNGImages", self.imgs[i])), {}
    def __len__(self): return len(self.imgs)
def get_model(n):
    m = torchvision.models.detection.fasterrcnn_resnet50_fpn(weights="DEFAULT")
    m.roi_heads.box_predictor = FastRCNNPredictor(m.roi_heads.box_predictor.cls_score.in_features, n); return m
loader = torch.utils.data.DataLoader(PennFudan("PennFudanPed"), batch_size=2, shuffle=True, collate_fn=lambda b: tuple(zip(*b)))
model = get_model(2); optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.005, momentum=0.9)
for epoch in range(10):
    for images, targets in loader:
        loss_dict = model(images, targets); losses = sum(l for l in loss_dict.values())
        optimizer.zero_grad(); losses.backward(); optimizer.step()
#? a model; task object detection; dataset Penn-Fudan Pedestrians; optimizer SGD; learning_rate 0.005; batch_size 2; epochs 10
