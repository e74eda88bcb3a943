def check(model):
    import torch

    print(torch.__version__)
