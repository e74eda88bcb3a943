import pmdarima as pm

found = pm.auto_arima(prices, seasonal=True, m=12)
print(found.predict(12))
#? a model
#? family ARIMA
