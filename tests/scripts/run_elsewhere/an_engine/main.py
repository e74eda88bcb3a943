#? script
from net import Net
import engine
import torch, torchvision
from torch.utils.data import DataLoader
ds = torchvision.datasets.CIFAR10('.', train=True)
model = Net()
opt = torch.optim.SGD(model.parameters(), 0.02)
engine.train(model=model, train_loader=DataLoader(ds, batch_size=48), optimizer=opt, loss_fn=torch.nn.CrossEntropyLoss(), epochs=7)
#? a model; architecture Net; optimizer SGD; learning_rate 0.02; batch_size 48; epochs 7; dataset CIFAR-10
