"""The vocabulary's spellings, normalised beforehand: what a question asks of it without parsing it.

Reading the JSON files and normalising their spellings anew took a tenth of a question's processor
time, and once more as much where a word was misspelt. ``spellings.txt`` has them ready: of each
kind, a line an entry in the order of the kind's file; after these, for misspelt words, all
spellings and the words within them, a line for those of one first letter and one length.
``python scripts/prepare_vocabulary.py`` writes it, and a test fails while it differs from the JSON
files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, count, repeat

from modelsearch.records.datafiles import read_text, size_of

FILE = "spellings.txt"
_NEAR = "near"  #: the heading of what misspelt words are compared with


def places_by_spelling(kind: str, file: str) -> dict[str, int] | None:
    """Return the place of the entry that each normalised spelling of a kind stands for.

    None where ``file``, the kind's own, is not of the size that it had when they were made: it was
    changed since.
    """
    heading, _, listed = _sections().get(kind, "").partition("\n")
    if heading != str(size_of(__file__, file)):
        return None
    sizes = [line.count(" ") + 1 for line in listed.split("\n")]
    return dict(zip(listed.split(), chain.from_iterable(map(repeat, count(), sizes)), strict=True))


def near(letter: str, length: int) -> list[str]:
    """Return the spellings, and words within them, of one first letter and one length."""
    text = _sections().get(_NEAR, "")
    mark = f"\n{letter}{length} "
    start = text.find(mark)
    return text[start + len(mark) : text.find("\n", start + 1)].split(" ") if start >= 0 else []


def written(
    sizes: Mapping[str, int], entries: Mapping[str, Iterable[Iterable[str]]], within: Iterable[str]
) -> str:
    """Return the text of the file: the size of each kind's file, the normalised spellings of each
    of its entries, and what misspelt words are compared with.
    """
    grouped: dict[tuple[str, int], list[str]] = {}
    for name in sorted(set(within)):
        grouped.setdefault((name[0], len(name)), []).append(name)
    sections = [
        "\n".join((f"{kind} {sizes[kind]}", *(" ".join(dict.fromkeys(one)) for one in listed)))
        for kind, listed in entries.items()
    ]
    lines = [f"{letter}{length} {' '.join(names)}" for (letter, length), names in grouped.items()]
    return "\n\n".join([*sections, "\n".join((f"{_NEAR} ", *sorted(lines)))]) + "\n"


@cache
def _sections() -> dict[str, str]:
    """Return each section of the file by its first word, without that."""

    def parts() -> Iterator[tuple[str, str]]:
        for section in read_text(__file__, FILE).split("\n\n"):
            name, _, rest = section.partition(" ")
            yield name, rest

    return dict(parts())
