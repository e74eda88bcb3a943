import torch, torchvision
import torch.nn.functional as F
from torch import nn, optim
from torchvision import transforms as T
tf = T.Compose([T.RandomCrop(32, padding=4), T.ToTensor()])
train = torchvision.datasets.CIFAR10("~/data", train=True, download=True, transform=tf)
dl = torch.utils.data.DataLoader(train, 96, True, num_workers=4)
def block(i, o): return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(True), nn.MaxPool2d(2))
class SmallNet(nn.Module):
    def __init__(self, n_classes=10):
        super().__init__()
        self.features = nn.Sequential(block(3, 32), block(32, 64), block(64, 128))
        self.head = nn.Linear(128 * 16, n_classes)
    def forward(self, x): return self.head(torch.flatten(self.features(x), 1))
net = SmallNet().cuda()
opt = optim.SGD(net.parameters(), lr=5e-2, momentum=0.9)
epoch = 0
while epoch < 40:
    for img, lab in dl:
        out = net(img.cuda())
        l = F.cross_entropy(out, lab.cuda())
        opt.zero_grad(); l.backward(); opt.step()
    epoch += 1
#? a model; task image classification; dataset CIFAR-10; optimizer SGD; learning_rate 0.05; batch_size 96; epochs 40
