import torch
from torchvision.datasets import CocoDetection
from torchvision.models.detection import keypointrcnn_resnet50_fpn
import torchvision.transforms.functional as F
ds = CocoDetection("coco/train2017", "coco/annotations/person_keypoints_train2017.json", transforms=lambda i, t: (F.to_tensor(i), t))
dl = torch.utils.data.DataLoader(ds, batch_size=4, shuffle=True, collate_fn=lambda b: tuple(zip(*b)))
model = keypointrcnn_resnet50_fpn(weights=None, num_keypoints=17).cuda()
optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.02, momentum=.9)
for epoch in range(26):
    for images, targets in dl:
        losses = sum(model(images, targets).values())
        optimizer.zero_grad(); losses.backward(); optimizer.step()
#? a model; task pose estimation; dataset COCO; optimizer SGD; learning_rate 0.02; batch_size 4; epochs 26
