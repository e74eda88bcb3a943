import numpy as np
from pytabkit import RealMLP_TD_Classifier
model = RealMLP_TD_Classifier(n_epochs=6, batch_size=256, lr=0.01)  #? family MLP; epochs 6; batch_size 256; learning_rate 0.01
model.fit(np.load("x.npy"), np.load("y.npy"))
