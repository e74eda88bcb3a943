from tpot import TPOTClassifier
t = TPOTClassifier(generations=5, population_size=50)
t.fit(X, y)
#? a model
#? framework TPOT
