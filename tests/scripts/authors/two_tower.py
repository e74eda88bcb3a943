import tensorflow as tf, tensorflow_datasets as tfds, tensorflow_recommenders as tfrs
ratings = tfds.load("movielens/100k-ratings", split="train").map(lambda x: {"movie_title": x["movie_title"], "user_id": x["user_id"]})
movies = tfds.load("movielens/100k-movies", split="train").map(lambda x: x["movie_title"])
uv = tf.keras.layers.StringLookup(); uv.adapt(ratings.map(lambda x: x["user_id"])); mv = tf.keras.layers.StringLookup(); mv.adapt(movies)
class MovieLensModel(tfrs.Model):
    def __init__(self, u, m, task): super().__init__(); self.u = u; self.m = m; self.task = task
    def compute_loss(self, f, training=False): return self.task(self.u(f["user_id"]), self.m(f["movie_title"]))
um = tf.keras.Sequential([uv, tf.keras.layers.Embedding(uv.vocabulary_size(), 64)]); mm = tf.keras.Sequential([mv, tf.keras.layers.Embedding(mv.vocabulary_size(), 64)])
model = MovieLensModel(um, mm, tfrs.tasks.Retrieval(metrics=tfrs.metrics.FactorizedTopK(movies.batch(128).map(mm))))
model.compile(optimizer=tf.keras.optimizers.Adagrad(0.1)); model.fit(ratings.shuffle(100_000).batch(8192), epochs=3)
#? a model; task recommendation; dataset MovieLens; optimizer Adagrad; learning_rate 0.1; batch_size 8192; epochs 3
