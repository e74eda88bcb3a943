"""An encoder of sentences that is made by the name of its weights is tuned."""

from sentence_transformers import InputExample, SentenceTransformer, losses
from torch.utils.data import DataLoader

model = SentenceTransformer("paraphrase-MiniLM-L6-v2")  #? technique fine-tuning
pairs = [InputExample(texts=["a", "b"], label=0.8)]
loader = DataLoader(pairs, batch_size=16)
model.fit(train_objectives=[(loader, losses.CosineSimilarityLoss(model))], epochs=4)
#? technique attention; technique self-attention; family BERT
