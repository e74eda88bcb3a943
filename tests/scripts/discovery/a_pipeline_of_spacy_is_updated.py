import spacy, random
nlp = spacy.blank("en")
nlp.add_pipe("ner")
opt = nlp.begin_training()
for i in range(20):
    for text, ann in DATA:
        nlp.update([text], [ann], sgd=opt, drop=0.3, losses={})
#? a model
#? framework spaCy
#? epochs 20
