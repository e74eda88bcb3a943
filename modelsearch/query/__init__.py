"""Questions in plain words: tokens, names, dates, numbers, logic, intent, SQL."""
