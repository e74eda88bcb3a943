import torch, torchvision.models as models
from torch import optim, nn
from PIL import Image
from torchvision import transforms
class VGG(nn.Module):
    def __init__(self): super().__init__(); self.ch = ["0", "5", "10", "19", "28"]; self.model = models.vgg19(pretrained=True).features[:29]
    def forward(self, x):
        f = []
        for n, l in enumerate(self.model):
            x = l(x)
            if str(n) in self.ch: f.append(x)
        return f
load = lambda p: transforms.ToTensor()(Image.open(p)).unsqueeze(0)
original, style = load("annahathaway.png"), load("style.jpg"); model = VGG().eval(); generated = original.clone().requires_grad_(True)
optimizer = optim.Adam([generated], lr=0.001)
for step in range(6000):
    sl = ol = 0
    for g, o, s in zip(model(generated), model(original), model(style)):
        b, c, h, w = g.shape; ol += torch.mean((g - o) ** 2)
        G = g.view(c, h * w).mm(g.view(c, h * w).t()); A = s.view(c, h * w).mm(s.view(c, h * w).t()); sl += torch.mean((G - A) ** 2)
    loss = ol + .01 * sl; optimizer.zero_grad(); loss.backward(); optimizer.step()
#? a model; task style transfer
