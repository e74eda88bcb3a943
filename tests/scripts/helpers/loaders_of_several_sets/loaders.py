from torch.utils.data import DataLoader
from torchvision import datasets


def get_loader(name):
    if name == "mnist":
        found = datasets.MNIST(".", download=True)
    elif name == "cifar10":
        found = datasets.CIFAR10(".", download=True)
    return DataLoader(found, batch_size=64)
