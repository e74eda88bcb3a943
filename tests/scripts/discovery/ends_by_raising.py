"""A script that ends with the exit code of its main function runs that function."""

from torch import nn, optim


def main() -> int:
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
    opt = optim.AdamW(net.parameters(), lr=0.003)  #? optimizer AdamW; learning_rate 0.003
    for epoch in range(12):  #? epochs 12
        for x, y in open_batches():
            opt.zero_grad()
            nn.functional.mse_loss(net(x), y).backward()
            opt.step()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
#? a model
