"""Dates in a question."""
