import pandas as pd, tensorflow as tf
from tensorflow.keras.layers import Dense
df = pd.read_csv("creditcard.csv"); normal = df[df.Class == 0].drop(columns=["Class", "Time"]).values
class AnomalyDetector(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder = tf.keras.Sequential([Dense(20, "relu"), Dense(10, "relu"), Dense(5, "relu")])
        self.decoder = tf.keras.Sequential([Dense(10, "relu"), Dense(20, "relu"), Dense(29)])
    def call(self, x): return self.decoder(self.encoder(x))
ae = AnomalyDetector()
ae.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=1e-3), loss="mae")
ae.fit(normal, normal, epochs=30, batch_size=256, shuffle=True)
rec = ae.predict(df.drop(columns=["Class", "Time"]).values)
err = tf.keras.losses.mae(rec, df.drop(columns=["Class", "Time"]).values)
threshold = err.numpy().mean() + err.numpy().std()
is_anomaly = err > threshold
#? a model; task anomaly detection; dataset Credit Card Fraud; optimizer Adam; learning_rate 0.001; batch_size 256; epochs 30
