import pandas as pd, numpy as np
from keras.models import Sequential
from keras.layers import Conv2D, MaxPooling2D, Flatten, Dense, Dropout
from keras.optimizers import Adam
df = pd.read_csv("facial-keypoints-detection/training.csv").dropna()
X = np.vstack(df.Image.apply(lambda s: np.fromstring(s, sep=" "))).reshape(-1, 96, 96, 1) / 255
y = df.drop("Image", axis=1).values / 96
model = Sequential([Conv2D(32, 3, activation="relu", input_shape=(96, 96, 1)), MaxPooling2D(), Conv2D(64, 3, activation="relu"), MaxPooling2D(), Flatten(), Dense(500, activation="relu"), Dense(30)])
model.compile(loss="mean_squared_error", optimizer=Adam(learning_rate=0.001))
model.fit(X, y, batch_size=128, epochs=60, validation_split=0.2)
#? a model; task pose estimation; dataset Facial keypoints (Kaggle); optimizer Adam; learning_rate 0.001; batch_size 128; epochs 60
