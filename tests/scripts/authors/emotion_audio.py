import librosa, glob, numpy as np, os
from tensorflow.keras import Sequential
from tensorflow.keras.layers import Conv1D, MaxPooling1D, Flatten, Dense, Dropout
from tensorflow.keras.optimizers import RMSprop
from tensorflow.keras.utils import to_categorical
X, y = [], []
for f in glob.glob("/kaggle/input/ravdess-emotional-speech-audio/Actor_*/*.wav"):
    s, sr = librosa.load(f, duration=3); X.append(np.mean(librosa.feature.mfcc(y=s, sr=sr, n_mfcc=40).T, axis=0)); y.append(int(os.path.basename(f).split("-")[2]) - 1)
X = np.expand_dims(np.array(X), -1); y = to_categorical(y)
model = Sequential([Conv1D(64, 5, padding="same", activation="relu", input_shape=(40, 1)), Dropout(.1), MaxPooling1D(8), Conv1D(128, 5, padding="same", activation="relu"), Flatten(), Dense(8, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer=RMSprop(learning_rate=0.00001), metrics=["accuracy"]); model.fit(X, y, batch_size=64, epochs=50)
#? a model; task audio classification; dataset RAVDESS; batch_size 64; epochs 50; learning_rate 1e-05
