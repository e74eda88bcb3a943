"""sklearn-crfsuite fits as scikit-learn does."""

import sklearn_crfsuite

rows = [[{"word": word} for word in line.split()] for line in open("lines.txt")]
tags = [line.split() for line in open("tags.txt")]
crf = sklearn_crfsuite.CRF(algorithm="lbfgs", c1=0.1, c2=0.1, max_iterations=100)
crf.fit(rows, tags)
#? a model; framework sklearn-crfsuite; architecture CRF; family CRF; task token classification
