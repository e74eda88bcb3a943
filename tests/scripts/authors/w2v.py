import gensim.downloader as api
from gensim.models import Word2Vec
model = Word2Vec(api.load("text8"), vector_size=100, window=5, min_count=5, sg=1, epochs=5)
#? a model; task word embedding; dataset text8
