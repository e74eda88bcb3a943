import pandas as pd
from prophet import Prophet
df = pd.read_csv("sales.csv").rename(columns={"date": "ds", "sales": "y"}); m = Prophet(yearly_seasonality=True); m.fit(df); f = m.predict(m.make_future_dataframe(90))
#? a model; task time series forecasting
