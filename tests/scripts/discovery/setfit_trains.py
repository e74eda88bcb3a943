from setfit import SetFitModel, SetFitTrainer
model = SetFitModel.from_pretrained("sentence-transformers/paraphrase-mpnet-base-v2")
trainer = SetFitTrainer(model=model, train_dataset=ds, batch_size=16, num_epochs=1)
trainer.train()
#? a model
#? framework SetFit
