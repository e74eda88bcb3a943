import pandas as pd
import statsmodels.formula.api as smf

table = pd.read_csv("x.csv")
found = smf.ols("y ~ a + b", data=table).fit()
print(found.summary())
#? a model
#? framework statsmodels
