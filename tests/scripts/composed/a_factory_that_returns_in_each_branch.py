import torch
class Single:
    def __init__(self, net, optimizer):
        self.net, self.optimizer = net, optimizer
    def one(self, x):
        loss = self.net(x).sum()
        loss.backward()
        self.optimizer.step()
class Double(Single):
    pass
def strategy(precision, *args, **kwargs):
    if precision == torch.bfloat16:
        return Single(*args, **kwargs)
    elif precision == torch.float32:
        return Double(*args, **kwargs)
    return None
net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.Conv2d(4, 4, 3))  #? family CNN
optimizer = torch.optim.AdamW(net.parameters(), lr=0.25)  #? optimizer AdamW; learning_rate 0.25
trained = strategy(torch.float32, net=net, optimizer=optimizer)
for epoch in range(7):  #? epochs 7
    for x in torch.load("d.pt"):
        trained.one(x)
