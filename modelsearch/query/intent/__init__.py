"""What a question wants: an answer's kind, the fields it asks for, its order."""
