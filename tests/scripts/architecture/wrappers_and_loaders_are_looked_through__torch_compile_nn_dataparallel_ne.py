import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

loader = DataLoader(datasets.MNIST("data", transform=transforms.ToTensor()), batch_size=64)

from diffusers import ControlNetModel
from peft import get_peft_model
from torch.distributed.fsdp import fully_shard
from transformers import AutoModelForCausalLM
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(784, 64), nn.Linear(64, 10)
    def forward(self, x):
        return self.b(self.a(x))
model = torch.compile(nn.DataParallel(Net())).to('cuda')  #? architecture Net

opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in loader:
        loss = F.cross_entropy(model(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
