import pandas as pd
from statsmodels.tsa.arima.model import ARIMA
s = pd.read_csv("shampoo-sales.csv", index_col=0).squeeze(); fit = ARIMA(s, order=(5, 1, 0)).fit(); print(fit.forecast(12))
#? a model; task time series forecasting; dataset Shampoo sales
