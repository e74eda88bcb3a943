import fasttext
m = fasttext.train_supervised(input="train.txt", epoch=25, lr=1.0, wordNgrams=2)
m.save_model("m.bin")
#? a model
#? framework fastText
#? learning_rate 1.0
#? epochs 25
