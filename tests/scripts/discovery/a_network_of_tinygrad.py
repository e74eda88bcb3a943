from tinygrad import Tensor, nn
from tinygrad.nn.state import get_parameters


class Net:
    def __init__(self):
        self.l1 = nn.Linear(784, 128)
        self.l2 = nn.Linear(128, 10)

    def __call__(self, x):
        return self.l2(self.l1(x).relu())


net = Net()
opt = nn.optim.Adam(get_parameters(net), lr=1e-3)  #? optimizer Adam; learning_rate 0.001
with Tensor.train():
    for i in range(500):  #? steps 500
        rows = Tensor.randint(128, high=60000)
        opt.zero_grad()
        net(X[rows]).sparse_categorical_crossentropy(Y[rows]).backward()
        opt.step()
#? framework tinygrad
