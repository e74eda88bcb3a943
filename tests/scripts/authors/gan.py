import torch, torch.nn as nn, torch.optim as optim
import torchvision.datasets as dset, torchvision.transforms as transforms
dataroot, workers, batch_size, image_size, nz, num_epochs, lr, beta1 = "data/celeba", 2, 128, 64, 100, 5, 2e-4, .5
dataset = dset.ImageFolder(root=dataroot, transform=transforms.ToTensor())
dataloader = torch.utils.data.DataLoader(dataset, batch_size=batch_size, shuffle=True)
netG = nn.Sequential(nn.ConvTranspose2d(nz, 256, 4), nn.BatchNorm2d(256), nn.ReLU(), nn.ConvTranspose2d(256, 64, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(64, 3, 4, 2, 1), nn.Tanh())
netD = nn.Sequential(nn.Conv2d(3, 64, 4, 2, 1), nn.LeakyReLU(.2), nn.Conv2d(64, 1, 4), nn.Sigmoid())
criterion = nn.BCELoss(); optD = optim.Adam(netD.parameters(), lr=lr, betas=(beta1, .999)); optG = optim.Adam(netG.parameters(), lr=lr, betas=(beta1, .999))
for epoch in range(num_epochs):
    for i, data in enumerate(dataloader, 0):
        netD.zero_grad(); real = data[0]; b = real.size(0); label = torch.full((b,), 1.)
        e1 = criterion(netD(real).view(-1), label); e1.backward()
        fake = netG(torch.randn(b, nz, 1, 1)); label.fill_(0.)
        criterion(netD(fake.detach()).view(-1), label).backward(); optD.step()
        netG.zero_grad(); label.fill_(1.); criterion(netD(fake).view(-1), label).backward(); optG.step()
#? a model; task image generation; dataset CelebA; optimizer Adam; learning_rate 0.0002; batch_size 128; epochs 5
