import torch
from diffusers import DDPMScheduler, StableDiffusionPipeline

pipe = StableDiffusionPipeline.from_pretrained("runwayml/stable-diffusion-v1-5")
pipe.vae.requires_grad_(False)
unet = pipe.unet
noise_scheduler = DDPMScheduler(num_train_timesteps=1000)
opt = torch.optim.AdamW(unet.parameters(), lr=1e-5)
for epoch in range(2):
    for b in torch.load("loader.pt"):
        latents = pipe.vae.encode(b["pixels"]).latent_dist.sample() * 0.18215
        noise = torch.randn_like(latents)
        t = torch.randint(0, 1000, (len(latents),))
        noisy = noise_scheduler.add_noise(latents, noise, t)
        loss = torch.nn.functional.mse_loss(unet(noisy, t, b["text"]).sample, noise)
        opt.zero_grad()
        loss.backward()
        opt.step()
#? family Latent diffusion; family U-Net; family CNN
