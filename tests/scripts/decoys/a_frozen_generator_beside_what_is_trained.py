import torch
from diffusers import AutoencoderKL, DDPMScheduler, UNet2DConditionModel
from torch import nn

scheduler = DDPMScheduler.from_pretrained("runwayml/stable-diffusion-v1-5", subfolder="scheduler")
vae = AutoencoderKL.from_pretrained("runwayml/stable-diffusion-v1-5", subfolder="vae")
unet = UNet2DConditionModel.from_pretrained("runwayml/stable-diffusion-v1-5", subfolder="unet")
unet.requires_grad_(False)
vae.requires_grad_(False)
head = nn.Sequential(nn.Linear(768, 64), nn.ReLU(), nn.Linear(64, 10))
opt = torch.optim.AdamW(head.parameters(), lr=1e-4)
for words, labels in torch.load("words.pt"):
    loss = nn.functional.cross_entropy(head(words), labels)
    opt.zero_grad()
    loss.backward()
    opt.step()
#? family MLP
