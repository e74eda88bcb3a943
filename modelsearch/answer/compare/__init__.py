"""Models and groups of models side by side."""
