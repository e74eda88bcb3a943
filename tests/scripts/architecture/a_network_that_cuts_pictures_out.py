import segmentation_models_pytorch as smp
import torch

net = smp.Unet("resnet34", classes=2)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in torch.load("loader.pt"):
        loss = torch.nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? task image segmentation
#? family U-Net; family CNN
#? no technique
