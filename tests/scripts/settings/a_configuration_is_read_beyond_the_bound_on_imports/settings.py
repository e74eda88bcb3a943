import ml_collections
def get_config():
    config = ml_collections.ConfigDict()
    config.rate = 3e-4  #? learning_rate 0.0003
    return config
