from simpletransformers.classification import ClassificationModel
model = ClassificationModel("roberta", "roberta-base", args={"num_train_epochs": 2, "learning_rate": 1e-5, "train_batch_size": 16})
model.train_model(train_df)
#? a model
#? framework Simple Transformers
#? learning_rate 1e-05
#? batch_size 16
#? epochs 2
