"""An encoder of sentences of modules: the checkpoint says its family, the settings its rate."""

from sentence_transformers import InputExample, SentenceTransformer, losses, models
from torch import nn
from torch.utils.data import DataLoader

words = models.Transformer("../inputs/bert-base-chinese", max_seq_length=128)
dense = models.Dense(768, 300, activation_function=nn.Tanh())
model = SentenceTransformer(modules=[words, models.Pooling(768), dense])
loader = DataLoader([InputExample(texts=["a", "b"], label=1.0)], batch_size=32)
model.fit(
    train_objectives=[(loader, losses.CosineSimilarityLoss(model))],
    epochs=4,
    optimizer_params={"lr": 1e-4},
)
#? family BERT; learning_rate 0.0001; batch_size 32; epochs 4
