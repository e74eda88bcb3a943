import tensorflow_datasets as tfds

def load(split, batch_size):
    data = tfds.load("mnist", split=split).repeat().batch(batch_size)
    return iter(tfds.as_numpy(data))
