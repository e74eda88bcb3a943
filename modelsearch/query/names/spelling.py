"""Misspelt names, within strict bounds.

A word is taken for another only when one slip explains it (two in words of nine letters and
more), a slip being a letter too many, too few, wrong, or two swapped; when both begin with the
same letter; when no digit differs; and when it is not a word in its own right. So ``MNSIT`` is
MNIST, but Fashion-MNIST is never MNIST, CIFAR-100 never CIFAR-10 and AdamW never Adam.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise

from modelsearch import vocabulary
from modelsearch.query.names.lexicon import SHIPPED_KINDS, Lexicon
from modelsearch.query.words import contract_words, words
from modelsearch.records.patterns import lazy
from modelsearch.records.spans import letter_runs, name_parts
from modelsearch.records.wordlists import word_tuple
from modelsearch.vocabulary.fields import FIELDS
from modelsearch.vocabulary.prepared import near

SHORTEST = 3  #: shorter words are never corrected; below five letters only two swapped ones
SHORTEST_ALONE = 5
#: Kinds of the vocabulary with whose spellings misspelt words are compared.
COMPARED_KINDS = (*SHIPPED_KINDS, "subject")
_LONG = 5  #: letters of a word that may be a slip of another
_WORD = lazy(rf"[^\W\d_]{{{_LONG},}}")
#: Words of questions themselves that are corrected too, so that they are not searched for.
_FUNCTION_WORDS = word_tuple("""
    models model dataset datasets trained training created modified images pictures compare
    architecture architectures optimizer framework between without learning batch epochs
    attention difference latest newest oldest largest smallest highest lowest fewest longest
    shortest biggest recent compared comparison samples notebooks scripts before after since
    using unknown missing yesterday weekend months weeks which animations reconstructions curves
    described details readme classification generated except neither excluding lacking avoiding
    never doesn't isn't aren't greater larger bigger higher longer smaller lower fewer shorter
    above below under exceeding exactly around least other these those where while every
    anything everything
""")
_ENDINGS = ("er", "ers", "or", "ors", "ing", "ed")
_LONGEST_SHORT = 6
_SHARED = 4  #: letters in a row that make two spellings one name
_LONG = 4  #: letters of a negator whose first one may be wrong, too


def slips_allowed(length: int) -> int:
    """Return how many slips a word of this length may have."""
    if length < SHORTEST_ALONE:
        return int(length >= SHORTEST)
    return 1 if length < 9 else 2


def distance(first: str, second: str, most: int) -> int:
    """Return the optimal string alignment distance, or ``most + 1`` when it is larger."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    previous = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        current = [i]
        for j, b in enumerate(second, 1):
            cost = min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, previous = previous, current
    return previous[-1]


def corrections(word: str, lexicon: Lexicon) -> list[str]:
    """Return the known spellings that ``word`` (normalised) may stand for, nearest first."""
    most = slips_allowed(len(word))
    if not most or word in words("stop") or _is_english(word):
        return []
    if word not in lexicon.corrections:
        lexicon.corrections[word] = _nearest_spellings(word, most, lexicon)
    return lexicon.corrections[word]


def with_a_letter_more(word: str, lexicon: Lexicon) -> list[str]:
    """Return the known spellings that a word (normalised) is but for one lost letter."""
    return sorted(
        candidate
        for candidate in {*_shipped_near(word, 1), *lexicon.near(word)}
        if len(candidate) == len(word) + 1
        and candidate[0] == word[0]
        and _digits(candidate) == _digits(word)
        and distance(word, candidate, 1) == 1
    )


def is_short_name(text: str, spelling: str, lexicon: Lexicon) -> bool:
    """Return whether a word of four letters (and its normal spelling) is written as a name and
    names nothing that is known: with a capital inside, as in "AdmW".
    """
    inside = text[1:] != text[1:].lower() and not text.isupper()
    return (
        inside
        and len(text) == len(spelling) == SHORTEST_ALONE - 1
        and not lexicon.lookup([spelling])
        and not lexicon.is_word(spelling)
    )


def _is_english(word: str) -> bool:
    """Return whether a word, or the one that it is derived from, is English: scanner, scanning."""
    listed = words("english")
    if word in listed or any(word.removesuffix(end) in listed for end in ("s", "ly")):
        return True
    stems = [one for end in _ENDINGS if (one := word.removesuffix(end)) != word]
    return any(
        one in listed or one + "e" in listed or (one[-1:] == one[-2:-1] and one[:-1] in listed)
        for one in stems
        if len(one) >= SHORTEST
    )


def short_word(word: str) -> str:
    """Return the common question word that ``word`` misspells by one slip, or nothing.

    Only two swapped neighbours are mended; in longer words that turn a condition round ("without")
    a letter may be too many or too few, too.
    """
    if not SHORTEST <= len(word) <= _LONGEST_SHORT or word in words("english"):
        return ""
    if word in words("stop") or word in words("known_short") or word in question_words():
        return ""
    known = words("short_words", "turning_words")
    meant = [one for one in known if _one_slip(word, one)] if word not in known else []
    return meant[0] if len(meant) == 1 else ""


def _one_slip(word: str, meant: str) -> bool:
    if word[0] != meant[0] or distance(word, meant, 1) != 1:
        return False
    swapped = sorted(word) == sorted(meant)
    return swapped or (
        len(word) > SHORTEST and len(word) != len(meant) and meant in words("turning_words")
    )


def looks_like_a_negator(word: str, *, everyday: bool = False) -> bool:
    """Return whether a word is a negator but for one slip: "ndt", "withut", "keein", "hros".

    ``everyday``: so are words that mean something else, and slips in the first letter of short
    ones, where hardly anything but a negator makes sense ("are dot GANs", "nose of the GANs").
    """
    if len(word) < SHORTEST or word in words("stop") or word in contract_words("links"):
        return False
    if not everyday and word in words("english", "known_short"):
        return False
    own, listed = _letters(word), _negators()
    return any(
        (own ^ letters).bit_count() <= 2  # what one slip changes
        and (everyday or len(word) >= _LONG or one[0] == word[0] or sorted(one) == sorted(word))
        and distance(word, one, 1) == 1
        for length in (len(word) - 1, len(word), len(word) + 1)
        for one, letters in listed.get(length, {}).items()
    )


def is_negator(word: str) -> bool:
    """Return whether a word denies, in any of the languages that are read."""
    return word in _negators().get(len(word), ())


@cache
def _negators() -> dict[int, dict[str, int]]:
    """Return the words that deny, by their length, of all languages that are read, with the
    letters of each.
    """
    listed = {*words("negators"), *words("negators_after"), *contract_words("denying"), "none"}
    found: dict[int, dict[str, int]] = {}
    for word in listed:
        if len(word) >= SHORTEST and " " not in word:
            found.setdefault(len(word), {})[word] = _letters(word)
    return found


def _nearest_spellings(word: str, most: int, lexicon: Lexicon) -> list[str]:
    digits, letters = _digits(word), _letters(word)
    scored = {
        candidate: gap
        for candidate in (*_shipped_near(word, most), *lexicon.near(word))
        # A slip changes at most two letters' presence: most candidates fall here already.
        if (letters ^ _letters(candidate)).bit_count() <= 2 * most
        and candidate[0] == word[0]
        and len(candidate) >= min(SHORTEST_ALONE, len(word))
        and _digits(candidate) == digits
        and 0 < (gap := distance(word, candidate, most)) <= most
    }
    if len(word) < SHORTEST_ALONE:
        scored = {one: gap for one, gap in scored.items() if sorted(one) == sorted(word)}
    best = min(scored.values(), default=0)
    return sorted(candidate for candidate, gap in scored.items() if gap == best)


def nearest(text: str, candidates: Iterable[str], count: int = 3) -> list[str]:
    """Return the candidates that look most like ``text``, for "did you mean"."""
    import difflib

    spelled = {vocabulary.normalise(candidate): candidate for candidate in candidates}
    wanted = vocabulary.normalise(text)
    inside = [name for key, name in spelled.items() if wanted and (wanted in key or key in wanted)]
    close = difflib.get_close_matches(wanted, list(spelled), n=count, cutoff=0.55)
    return list(dict.fromkeys([*inside, *(spelled[key] for key in close)]))[:count]


@cache
def question_words() -> frozenset[str]:
    """Return the words of questions and of fields' names, normalised, which no name needs."""
    said = "\n".join([text for one in FIELDS for text in (one.name, *one.aliases)])
    long = [word for word in letter_runs(said.lower()) if len(word) >= _LONG]
    return frozenset({*long, *_FUNCTION_WORDS})


def _digits(word: str) -> str:
    return "".join(c for c in word if c.isdigit())


@lru_cache(maxsize=20_000)
def _letters(word: str) -> int:
    """Return the set of a word's characters as bits, some of which stand for several."""
    bits = 0
    for character in word:
        bits |= 1 << (ord(character) & 63)
    return bits


def _shipped_near(word: str, most: int) -> Iterable[str]:
    lengths = range(max(len(word) - most, SHORTEST), len(word) + most + 1)
    for length in lengths:
        yield from near(word[0], length)
    yield from (one for one in _unprepared() if one[0] == word[0] and len(one) in lengths)


@vocabulary.remembered
def _unprepared() -> frozenset[str]:
    """Spellings that are known beside those of the shipped vocabulary: of questions, of fields, and
    what a database's folder added.
    """
    fields = [spelling for one in FIELDS for spelling in (one.name, *one.aliases)]
    own = [spelling for kind in COMPARED_KINDS for spelling in vocabulary.added_spellings(kind)]
    return frozenset({*_FUNCTION_WORDS, *with_words_within([*fields, *own])})


def with_words_within(spellings: Iterable[str]) -> set[str]:
    """Return spellings and the longer words within them, normalised: a slip may be in either."""
    listed = [*spellings]
    return {*vocabulary.normalise_all([*listed, *_WORD.findall("\n".join(listed))])}


def _has_a_number(text: str) -> bool:
    """Return whether two figures stand side by side in a text."""
    return any(one.isdecimal() and other.isdecimal() for one, other in pairwise(text))


def same_name(said: str, value: str) -> bool:
    """Return whether a spelling shows by itself what it stands for: ``unet``, ``CNNs``,
    ``sklearn``.

    True where the two share some letters in a row or one is the other's initials; a number that
    only the spelling has (ResNet18) makes them differ.
    """
    one, other = vocabulary.normalise(said).removesuffix("s"), vocabulary.normalise(value)
    if _has_a_number(one) and not _has_a_number(other):
        return False
    initials = "".join(word[0] for word in name_parts(said.casefold()))
    if one in other or other in one or other in (initials, initials.removesuffix("s")):
        return True
    return any(one[i : i + _SHARED] in other for i in range(len(one) - _SHARED + 1))
