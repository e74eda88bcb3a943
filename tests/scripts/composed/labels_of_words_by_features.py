import pickle

import sklearn_crfsuite

tokens, labels = pickle.load(open("sentences.pkl", "rb"))
crf = sklearn_crfsuite.CRF(algorithm="lbfgs", c1=0.1, c2=0.1, max_iterations=100)  #? family CRF
crf.fit(tokens, labels)
#? a model
