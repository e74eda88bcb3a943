import keras, keras_hub
model = keras_hub.models.ImageClassifier.from_preset("resnet_50_imagenet", num_classes=2)
model.compile(optimizer=keras.optimizers.Adam(1e-4), loss="sparse_categorical_crossentropy")
model.fit(train, epochs=3)  #? epochs 3
#? framework Keras
#? optimizer Adam
#? learning_rate 0.0001
