"""What a Python script says about the model it trains, read without running it."""
