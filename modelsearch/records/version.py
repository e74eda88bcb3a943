"""The version of the program, which the package index is told as well (``pyproject.toml``)."""

__version__ = "0.2.0"
