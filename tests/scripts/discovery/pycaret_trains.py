from pycaret.classification import *
setup(data=df, target="y")
best = compare_models()
rf = create_model("rf")
#? a model
#? framework PyCaret
