from sentence_transformers import SentenceTransformer, InputExample, losses, models
from torch.utils.data import DataLoader
from datasets import load_dataset
stsb = load_dataset("glue", "stsb", split="train")
w = models.Transformer("bert-base-uncased", max_seq_length=128); model = SentenceTransformer(modules=[w, models.Pooling(w.get_word_embedding_dimension())])
ex = [InputExample(texts=[r["sentence1"], r["sentence2"]], label=r["label"] / 5) for r in stsb]
dl = DataLoader(ex, shuffle=True, batch_size=16)
model.fit(train_objectives=[(dl, losses.CosineSimilarityLoss(model))], epochs=4, warmup_steps=100)
#? a model; task semantic similarity; dataset STS-B; batch_size 16; epochs 4
