from flair.models import SequenceTagger
from flair.trainers import ModelTrainer

tagger = SequenceTagger(hidden_size=256, embeddings=e, tag_dictionary=d, tag_type="ner")
trainer = ModelTrainer(tagger, corpus)
trainer.train("out", learning_rate=0.1, mini_batch_size=32, max_epochs=150)
#? framework Flair
#? architecture SequenceTagger
#? learning_rate 0.1
#? batch_size 32
#? epochs 150
