#? a model
import paddle
from paddle import nn


class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(5000, 96)
        self.lstm = nn.LSTM(96, 160, 3)  #? hidden_size 160; layers 3
        self.attend = nn.MultiHeadAttention(160, 8)  #? heads 8
        self.head = nn.Linear(160, 5000)

    def forward(self, x):
        out, _ = self.lstm(self.embed(x))
        return self.head(self.attend(out))


net = Net()
optimizer = paddle.optimizer.Adam(learning_rate=1e-3, parameters=net.parameters())
for epoch in range(3):
    for x, y in batches:
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
#? task language modelling
