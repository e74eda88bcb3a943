"""Numbers in a question and the fields they belong to."""
