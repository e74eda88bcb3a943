from sentence_transformers import SentenceTransformer, losses
from torch.utils.data import DataLoader
m = SentenceTransformer("all-MiniLM-L6-v2")
dl = DataLoader(ex, batch_size=16)
m.fit(train_objectives=[(dl, losses.CosineSimilarityLoss(m))], epochs=4, warmup_steps=100)
#? a model
#? epochs 4
#? architecture SentenceTransformer
