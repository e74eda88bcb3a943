"""“Pictures of flowers”: the pictures that models on such data made, where there are any here.

The same words say what data shows ("models trained on pictures of flowers"), so that they ask for
pictures only where the question speaks of no model and of no training.
"""

from __future__ import annotations

from modelsearch.query.names.named_here import count_matching, matches_any
from modelsearch.query.state import Mention, Reading
from modelsearch.query.words import words
from modelsearch.records.question import And, Filter
from modelsearch.records.wordlists import word_set

_LINKS = word_set("of with showing depicting the a an any some my our all")
_OF_TRAINING = word_set("""
    trained train training learned learn data dataset datasets fitted fit classify classifies
    tuned finetuned
""")


def asks_for_pictures_of_data(reading: Reading, head: int) -> bool:
    """Return whether the picture word ``head`` and what stands behind it ask for pictures by what
    their models' data shows; a note tells how to ask for these models.
    """
    shown = _shown(reading, head)
    if shown is None or any(_speaks_of_models(token.lower) for token in reading.tokens):
        return False
    made = Filter("images", "exists", None)
    if not matches_any(reading, And((shown.node, made))):
        return False
    count = count_matching(reading, shown.node)
    said = reading.text(shown.first, shown.last)
    reading.note(
        f"These are pictures of the models whose data shows {said!r}; "
        f"`models trained on {said}` lists {'it' if count == 1 else f'all {count:,} of them'}."
    )
    return True


def _shown(reading: Reading, head: int) -> Mention | None:
    """Return the mention of what data shows that stands right behind a picture word."""
    for mention in reading.mentions:
        between = range(head + 1, mention.first)
        linked = between and all(reading.lower(index) in _LINKS for index in between)
        if mention.field == "subject" and linked:
            return mention
    return None


def _speaks_of_models(word: str) -> bool:
    return word in words("model_words") or word in _OF_TRAINING
