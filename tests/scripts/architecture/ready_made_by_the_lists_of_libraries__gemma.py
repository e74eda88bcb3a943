import keras
import keras_hub
model = keras_hub.models.GemmaCausalLM.from_preset("gemma_2b_en")
model.compile(optimizer=keras.optimizers.AdamW(0.0001), loss="sparse_categorical_crossentropy")
model.fit(open("d.txt").read().splitlines(), epochs=2, batch_size=4)
#? family GPT
