import torch
from torch import nn
class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)  #? family CNN
    def forward(self, x): return self.conv(x)
class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Conv2d(8, 21, 1)
    def forward(self, x): return self.out(x)
class FCN(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone, self.classifier = Backbone(), Head()
    def forward(self, x): return self.classifier(self.backbone(x))
model = FCN()  #? architecture FCN; family FCN
parts = [
    {"params": [p for p in model.backbone.parameters() if p.requires_grad]},
    {"params": [p for p in model.classifier.parameters() if p.requires_grad]},
]
optimizer = torch.optim.SGD(parts, lr=1e-4)
for epoch in range(30):
    model(x).sum().backward()
    optimizer.step()
