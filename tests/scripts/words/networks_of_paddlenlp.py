"""Ready-made networks of PaddleNLP, and the wrapper that fits what it is given."""

import paddle
from paddle import nn
from paddlenlp.transformers import ErnieGramModel


class Matching(nn.Layer):
    def __init__(self):
        super().__init__()
        self.body = ErnieGramModel.from_pretrained("ernie-gram-zh")
        self.head = nn.Linear(768, 2)

    def forward(self, ids, kinds):
        return self.head(self.body(ids, kinds)[1])


model = paddle.Model(Matching())  #? architecture Matching
optimizer = paddle.optimizer.AdamW(learning_rate=5e-5, parameters=model.parameters())
model.prepare(optimizer, nn.CrossEntropyLoss(), paddle.metric.Accuracy())
model.fit(paddle.io.DataLoader(paddle.load("pairs"), batch_size=32), epochs=3)  #? epochs 3
#? framework PaddlePaddle; family Transformer; optimizer AdamW; learning_rate 5e-05
