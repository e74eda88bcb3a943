import pandas as pd
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.stattools import adfuller

series = pd.read_csv("x.csv")["y"]
print(adfuller(series))
seasonal_decompose(series, period=12).plot()
#? not a model
