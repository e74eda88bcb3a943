import torch
import torchvision

net = getattr(torchvision.models, "densenet121")(pretrained=True)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(3):
    for x, y in torch.load("loader.pt"):
        loss = torch.nn.functional.cross_entropy(net(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? architecture densenet121
#? family DenseNet; family CNN
