import torch, torch.nn.functional as F
from datasets import load_dataset
from diffusers import DDPMScheduler, UNet2DModel
from torchvision import transforms
from accelerate import Accelerator
from dataclasses import dataclass
@dataclass
class Config:
    image_size = 128; train_batch_size = 16; num_epochs = 50; learning_rate = 1e-4
config = Config()
ds = load_dataset("huggan/flowers-102-categories", split="train")
ds.set_transform(lambda ex: {"images": [transforms.ToTensor()(i.convert("RGB")) for i in ex["image"]]})
dl = torch.utils.data.DataLoader(ds, batch_size=config.train_batch_size, shuffle=True)
model = UNet2DModel(sample_size=config.image_size, in_channels=3, out_channels=3)
noise_scheduler = DDPMScheduler(num_train_timesteps=1000)
optimizer = torch.optim.AdamW(model.parameters(), lr=config.learning_rate)
accelerator = Accelerator(mixed_precision="fp16")
model, optimizer, dl = accelerator.prepare(model, optimizer, dl)
for epoch in range(config.num_epochs):
    for batch in dl:
        x = batch["images"]; noise = torch.randn_like(x); t = torch.randint(0, 1000, (len(x),), device=x.device)
        pred = model(noise_scheduler.add_noise(x, noise, t), t, return_dict=False)[0]
        loss = F.mse_loss(pred, noise); accelerator.backward(loss); optimizer.step(); optimizer.zero_grad()
#? a model; task image generation; dataset Oxford 102 Flower; optimizer AdamW; learning_rate 0.0001; batch_size 16; epochs 50
