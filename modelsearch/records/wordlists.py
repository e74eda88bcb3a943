"""Long lists of names, written as text."""


def word_tuple(text: str) -> tuple[str, ...]:
    """Return the words of a text, which lists names in as few lines as they need."""
    return tuple(text.split())


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())
