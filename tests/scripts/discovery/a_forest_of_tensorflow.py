import tensorflow_decision_forests as tfdf
import pandas as pd
ds = tfdf.keras.pd_dataframe_to_tf_dataset(pd.read_csv("a.csv"), label="y")
m = tfdf.keras.RandomForestModel()
m.fit(ds)
#? a model
#? framework TensorFlow Decision Forests
#? family Random forest
