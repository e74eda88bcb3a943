#? a model; no episodes; no steps
import tflearn
from tflearn.layers.core import fully_connected, input_data
from tflearn.layers.estimator import regression

net = fully_connected(input_data([None, 784]), 10, activation="softmax")
net = regression(net, optimizer="adam", learning_rate=0.01, loss="categorical_crossentropy")  #? optimizer Adam; learning_rate 0.01
model = tflearn.DNN(net)
model.fit(x, y, n_epoch=20, batch_size=16)  #? batch_size 16; epochs 20
