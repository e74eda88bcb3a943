#? a model
import tensorflow as tf
from transformers import TFAutoModelForSequenceClassification
model = TFAutoModelForSequenceClassification.from_pretrained("distilbert-base-uncased")  #? family BERT
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=5e-5))  #? learning_rate 5e-05
model.fit(data, epochs=5)  #? epochs 5
