import keras
from keras import layers as kl
from sklearn.datasets import fetch_california_housing
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
X, y = fetch_california_housing(return_X_y=True)
Xtr, Xte, ytr, yte = train_test_split(X, y, random_state=0)
sc = StandardScaler().fit(Xtr)
i = keras.Input((8,))
h = kl.Dense(64, "relu")(i)
h = kl.Dense(64, "relu")(h)
o = kl.Dense(1)(h)
m = keras.Model(i, o)
m.compile(keras.optimizers.RMSprop(1e-3), "mae", metrics=["mse"])
stop = keras.callbacks.EarlyStopping(patience=5)
m.fit(sc.transform(Xtr), ytr, 128, 80, validation_split=.1, callbacks=[stop])
#? a model; task regression; dataset California Housing; optimizer RMSprop; learning_rate 0.001; batch_size 128; epochs 80
