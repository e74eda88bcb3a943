#? a model
from pytorch_tabnet.tab_model import TabNetClassifier as T  #? framework TabNet (PyTorch)
m = T()
m.fit(x, y)
