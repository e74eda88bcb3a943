from gensim.models import Word2Vec
model = Word2Vec(sentences, vector_size=100, window=5, min_count=1, epochs=10)
model.save("w2v")
#? a model
#? framework gensim
#? epochs 10
#? architecture Word2Vec
