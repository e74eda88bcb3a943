from mine import Strategy

print(Strategy)
