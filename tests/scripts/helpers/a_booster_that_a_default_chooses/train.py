#? script
import argparse

import pandas as pd

from boosters import make

p = argparse.ArgumentParser()
p.add_argument("--booster", default="lgbm")
args = p.parse_args()
table = pd.read_csv("x.csv")
found = make(args.booster)
found.fit(table.drop(columns="y"), table["y"])
#? framework LightGBM
#? architecture LGBMClassifier
