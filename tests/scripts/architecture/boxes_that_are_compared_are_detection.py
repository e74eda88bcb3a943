import torch
from torch import nn
from torchvision.ops import nms
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3))
        self.place, self.kind = nn.Conv2d(16, 16, 3), nn.Conv2d(16, 84, 3)
    def forward(self, x):
        x = self.body(x)
        return self.place(x), self.kind(x)
net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.001)
prior_boxes = torch.load("priors.pt")
def kept(boxes, scores):
    return nms(boxes, scores, 0.5)
for epoch in range(3):
    for x, gt_boxes, labels in torch.load("d.pt"):
        place, kind = net(x)
        loss = nn.functional.smooth_l1_loss(place, gt_boxes - prior_boxes)
        loss = loss + nn.functional.cross_entropy(kind, labels)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
#? task object detection
