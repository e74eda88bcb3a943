import pandas as pd
from statsmodels.tsa.arima.model import ARIMA

series = pd.read_csv("AirPassengers.csv")["Passengers"]
found = ARIMA(series, order=(5, 1, 0)).fit()
print(found.forecast(12))
#? a model
#? architecture ARIMA
#? family ARIMA
#? task time series forecasting
