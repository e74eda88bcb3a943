#? a model; no episodes; no learning_rate; no steps
from keras.models import Sequential
from keras.layers import Dense
from keras.wrappers.scikit_learn import KerasRegressor
from sklearn.model_selection import KFold, cross_val_score

def build():
    model = Sequential()
    model.add(Dense(13, input_dim=13, activation="relu"))
    model.add(Dense(1))
    model.compile(loss="mean_squared_error", optimizer="adam")  #? optimizer Adam; loss MSE
    return model

estimator = KerasRegressor(build_fn=build, epochs=100, batch_size=5, verbose=0)  #? batch_size 5; epochs 100
print(cross_val_score(estimator, x, y, cv=KFold(n_splits=10)))
