from pyspark.ml import Pipeline
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import VectorAssembler
lr = LogisticRegression(maxIter=10, regParam=0.01)
m = Pipeline(stages=[VectorAssembler(inputCols=["a"], outputCol="f"), lr]).fit(train)
#? a model
#? framework Spark MLlib
#? family Logistic regression
