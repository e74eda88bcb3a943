"""Write modelsearch/vocabulary/spellings.txt, the vocabulary's spellings as questions look them up.

``python scripts/prepare_vocabulary.py`` after a name or an alias of the vocabulary's JSON files
changed; a test fails while the file differs from them.
"""

from __future__ import annotations

from pathlib import Path

from modelsearch import vocabulary
from modelsearch.query.names.spelling import COMPARED_KINDS, SHORTEST, with_words_within
from modelsearch.vocabulary import prepared

PLACE = Path(vocabulary.__file__).parent


def text() -> str:
    """Return what the file has to hold."""
    sizes = {kind: (PLACE / vocabulary.FILES[kind]).stat().st_size for kind in vocabulary.KINDS}
    entries = {kind: vocabulary.normalised_entries(kind) for kind in vocabulary.KINDS}
    compared = [one for kind in COMPARED_KINDS for one in vocabulary.spellings(kind)]
    within = [one for one in with_words_within(compared) if len(one) >= SHORTEST]
    return prepared.written(sizes, entries, within)


if __name__ == "__main__":
    (PLACE / prepared.FILE).write_text(text(), encoding="utf-8")
