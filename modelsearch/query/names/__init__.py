"""Names in a question: entities, models, exact qualifiers, misspellings."""
