"""modelsearch: offline search over a person's machine-learning models, in one SQLite file."""

__version__ = "0.1.0"
