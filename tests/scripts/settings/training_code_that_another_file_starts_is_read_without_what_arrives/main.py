import train
train.train_and_evaluate(object())
