import torch
from torch import nn
from torch.utils.data import DataLoader
from torchkeras import KerasModel
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(4, 8), nn.Linear(8, 1)
    def forward(self, x): return self.two(self.one(x))
net = Net()  #? architecture Net
adam = torch.optim.Adam(net.parameters(), lr=0.005)  #? optimizer Adam; learning_rate 0.005
model = KerasModel(net, loss_fn=nn.MSELoss(), optimizer=adam)
model.fit(train_data=DataLoader(data, batch_size=38), epochs=100)  #? batch_size 38; epochs 100
