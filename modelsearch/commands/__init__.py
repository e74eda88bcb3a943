"""Commands that need more than a few lines, apart from how they are declared."""
