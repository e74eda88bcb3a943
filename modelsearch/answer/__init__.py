"""What a question asks for, as data with its sentences."""
