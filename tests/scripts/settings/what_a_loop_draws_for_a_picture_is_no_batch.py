import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 2))
    def forward(self, x, sigma):
        return self.body(torch.cat([x, sigma[:, None]], 1))
    def loss(self, x, sigma):
        noise = torch.randn_like(x) * sigma[:, None]
        return ((self(x + noise, sigma) - x) ** 2).mean()
def train(gt, batch_size=2048, total_iter=1500, device="cpu"):
    net = Net().to(device); opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for i in range(total_iter):
        if i % 32 == 0: show(gt)
        sigma = (torch.randn(batch_size, device=device) * 1.2 - 1.2).exp()
        clean, _ = gt.sample((batch_size,), torch.zeros_like(sigma))
        loss = net.loss(clean, sigma); opt.zero_grad(); loss.backward(); opt.step()
def show(gt, num_samples=6000):
    samples, _ = gt.sample((num_samples,), 5.0)
if __name__ == "__main__":
    from mixture import GroundTruth
    train(GroundTruth())
#? batch_size 2048
#? steps 1500
