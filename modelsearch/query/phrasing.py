"""Signs and words of other tools and languages, read as the English ones that the parser knows.

``w/o`` and ``ohne`` are *without*, ``<>`` and ``≠`` are ``!=``, ``mehr als`` is *more than*,
``Lernrate`` is *learning rate*, ``params.lr`` is ``lr``. The words are in ``phrasing.json``: those
that no English question has, and weak ones that count only beside one of them. A run of Chinese or
Japanese is cut into words where the table has all of them. A token keeps its text and its place and
is read as the English word.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise, takewhile

from modelsearch.query.tokens import Token, tokenise
from modelsearch.query.words import words as listed
from modelsearch.records.datafiles import read_text
from modelsearch.records.jsontext import shipped_json
from modelsearch.records.patterns import lazy
from modelsearch.records.structs import replace
from modelsearch.records.typed import Any
from modelsearch.vocabulary import normalise

Phrases = dict[tuple[str, ...], str]

_LONGEST = 5
_EVERYDAY = " abcdefghijklmnopqrstuvwxyz0123456789"
_EAST = lazy(r"[\u3040-\u30ff\u3400-\u9fff]+")
#: Parts of dates: the 年 and 月 behind figures, months and days in Chinese numbers, and what
#: follows a date and says on which side of it.
_CALENDAR = lazy(
    r"(^[年月日号號]|(?:十[一二]?|[一二三四五六七八九])月"
    r"(?:(?:[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号號])?|(?<=月)\d*[日号號]?)"
    r"(以降|以来|以來|以后|以後|之后|之前|以前|まで|为止|から|起|前)?"
)
_RUNS = lazy(r"[\u3040-\u30ff\u3400-\u9fff]+|[^\u3040-\u30ff\u3400-\u9fff]+")
_OPENING = {"(": ")", "[": "]", "{": "}"}


def phrased(tokens: list[Token]) -> list[Token]:
    """Return the tokens with those of other tools and languages read as English."""
    words = _cut(tokens)
    words = _without_prefixes(words)
    denied = False
    if _with_particle(words):
        from modelsearch.query.denials import joined_denials

        joined = joined_denials(words)
        denied, words = joined != words, joined
    words, foreign = _said(words, _table("words", words), _table("fields", words))
    if foreign or denied:
        words, _ = _said(words, _table("weak", words), {})
    return _lists(_denied_once(words))


def _denied_once(tokens: list[Token]) -> list[Token]:
    """Return the tokens with the second half of 除了 … 以外 read as nothing: both deny once."""
    found, opened = list(tokens), False
    for index, token in enumerate(found):
        if token.text.startswith("除") and token.lower == "except":
            opened = True
        elif opened and token.lower == "excluded" and _EAST.fullmatch(token.text):
            found[index], opened = _as_english([token], "the"), False
    return found


def _with_particle(tokens: list[Token]) -> bool:
    """Return whether a French ``ne`` or ``n'`` may stand in a question."""
    return any(
        token.lower == "ne" or (token.lower == "n" and after.text == "'")
        for token, after in pairwise((*tokens, *tokens[-1:]))
    )


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = shipped_json(read_text(__file__, "phrasing.json"))
    return found


def _table(name: str, tokens: list[Token]) -> Phrases:
    """Return the phrases of a part of the table that may stand in a question, as runs of lower-case
    tokens: those whose first word, or first sign, the question has.
    """
    by_start, starts = _by_start(name), set()
    for token in tokens:
        word = token.lower
        starts |= {word, word.split("'", 1)[0]}  # "isn't any" begins with "isn"
        if not word[:1].isalnum():
            starts.add(word[:1])
    signs = {*_EVERYDAY, *(sign for word in starts for sign in word)}
    return {
        _heard(phrase): english
        for start in starts
        for phrase, english in by_start.get(start, ())
        if signs.issuperset(phrase.casefold())  # else it stands nowhere here
    }


@cache
def _heard(phrase: str) -> tuple[str, ...]:
    return tuple(token.lower for token in tokenise(phrase)[0])


@cache
def _by_start(name: str) -> dict[str, list[tuple[str, str]]]:
    """Return the phrases of a part of the table, with their English words, by their first word, or
    first sign.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for english, phrases in _data()[name].items():
        for phrase in phrases:
            head = phrase.split(" ", 1)[0].lower()
            word = head if head.isalnum() else "".join(takewhile(str.isalnum, head)) or head[:1]
            found.setdefault(word, []).append((phrase, english))
    return found


def _said(tokens: list[Token], words: Phrases, fields: Phrases) -> tuple[list[Token], bool]:
    """Replace phrases, longest first; tell whether any was of another language."""
    firsts = {phrase[0] for table in (words, fields) for phrase in table}
    if firsts.isdisjoint(token.lower for token in tokens):
        return tokens, False
    found: list[Token] = []
    everyday = listed("english", "stop", "negators")
    foreign = False
    index = 0
    while index < len(tokens):
        begins = tokens[index].lower in firsts
        english, count = _phrase_at(tokens, index, words, fields) if begins else ("", 0)
        if not count:
            found.append(tokens[index])
            index += 1
            continue
        run = tokens[index : index + count]
        foreign = foreign or any(token.is_word and token.lower not in everyday for token in run)
        found.append(_as_english(run, english))
        index += count
    return found, foreign


def _phrase_at(tokens: list[Token], index: int, words: Phrases, fields: Phrases) -> tuple[str, int]:
    for count in range(min(_LONGEST, len(tokens) - index), 0, -1):
        run = tuple(token.lower for token in tokens[index : index + count])
        english = fields.get(run) or words.get(run)
        letter = len(run) == 1 and len(run[0]) == 1 and run[0].isascii()
        if english and letter and _in_a_name(tokens, index):
            continue
        if english and _meant(tokens[index : index + count], english):
            return english, count
    return "", 0


def _in_a_name(tokens: list[Token], index: int) -> bool:
    """Return whether a letter is joined to a neighbour by a sign: the U of U-Net is no Spanish
    "or".
    """
    around = tokens[index + 1 : index + 3]
    return tokens[index].glued or (
        len(around) == 2 and not around[0].is_word and all(one.glued for one in around)
    )


def _meant(run: list[Token], english: str) -> bool:
    """Return whether a phrase is written as one: not MIT as "mit", not "w / o" apart."""
    first = run[0]
    if len(run) == 1 and len(first.text) > 1 and first.text.isupper() and first.text.isascii():
        return False
    beside_signs = (
        after.glued for before, after in pairwise(run) if not (before.is_word and after.is_word)
    )
    return english in ("known", "unknown") or all(beside_signs)


def _as_english(run: list[Token], english: str) -> Token:
    text = run[0].text if len(run) == 1 else " ".join(token.text for token in run)
    kind = "word" if english[:1].isalpha() else "sign"
    return Token(
        text,
        english,
        normalise(english) if kind == "word" else "",
        kind,
        run[0].start,
        run[-1].end,
        run[0].glued,
    )


def _cut(tokens: list[Token]) -> list[Token]:
    """Cut runs of Chinese or Japanese into words of the table, where it has all of them."""
    found: list[Token] = []
    for token in tokens:
        if token.text.isascii():
            found.append(token)
            continue
        parts = _eastern(token.text) if _EAST.search(token.text) else []
        if len(parts) < 2 and token.text not in _eastern_words():
            found.append(token)
            continue
        start = token.start
        for part in parts:
            for text, lower in _spoken(part):
                end, glued = start + len(text), start > token.start or token.glued
                found.append(Token(text, lower, normalise(lower), "word", start, end, glued))
                start = end
    return found


def _spoken(part: str) -> list[tuple[str, str]]:
    """Return a word of Chinese or Japanese and how it is read: a span of time, such as 去年, as the
    English words for it.
    """
    english = next((key for key, listed in _data()["spans"].items() if part in listed), "")
    if not english:
        return [(part, part.casefold())]
    first, *rest = english.split()
    return [(part[:1], first), (part[1:], *rest)] if rest else [(part, first)]


def _eastern(text: str) -> list[str]:
    """Return ``text`` as words of the table with other runs between them: Latin ones, parts of
    dates, and those of which the table has not all words, whole.
    """
    parts: list[str] = []
    for run in _RUNS.findall(text):
        for part in _CALENDAR.split(run) if _EAST.fullmatch(run) else [run]:
            if part:
                parts += (_in_words(part) if _EAST.fullmatch(part) else []) or [part]
    return parts


def _in_words(run: str) -> list[str]:
    """Return a run of Chinese or Japanese as words of the table, nothing where it lacks one."""
    known = _eastern_words()
    parts: list[str] = []
    while run:
        part = next((w for w in known if run.startswith(w)), "")
        if not part:
            return []
        parts.append(part)
        run = run[len(part) :]
    return parts


@cache
def _eastern_words() -> list[str]:
    phrases = {
        phrase
        for name in ("words", "weak", "fields", "spans")
        for listed in _data()[name].values()
        for phrase in listed
        if _EAST.fullmatch(phrase)
    }
    return sorted(phrases, key=lambda phrase: (-len(phrase), phrase))


def prefixes() -> frozenset[str]:
    """Return the words that other tools put before a field's name and a full stop."""
    return frozenset(_data()["prefixes"])


def _without_prefixes(tokens: list[Token]) -> list[Token]:
    """Leave the ``params.`` of ``params.batch_size`` out."""
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        ahead = tokens[index : index + 3]
        if (
            len(ahead) == 3
            and ahead[0].lower in prefixes()
            and ahead[1].text == "."
            and ahead[1].glued
            and ahead[2].glued
            and ahead[2].kind == "word"
            and not (index and ahead[0].glued)
        ):
            tokens[index + 2] = replace(ahead[2], glued=False)
            index += 2
            continue
        found.append(tokens[index])
        index += 1
    return found


def _lists(tokens: list[Token]) -> list[Token]:
    """Read the list of ``IN (32, 64)`` as "32 or 64": commas are "or", brackets group it."""
    found = list(tokens)
    index = 0
    while index < len(found) - 1:
        opened = found[index + 1].text
        if found[index].lower not in ("in", "not in") or opened not in _OPENING:
            index += 1
            continue
        end = _closing(found, index + 1)
        if end is None:
            index += 1
            continue
        inner = [_as_or(token) for token in found[index + 2 : end] if token.text not in "\"'"]
        numbers = all(not t.is_word or t.kind == "number" or t.lower == "or" for t in inner)
        around = (
            ([], [])
            if numbers
            else (
                [replace(found[index + 1], text="(", lower="(")],
                [replace(found[end], text=")", lower=")")],
            )
        )
        found[index + 1 : end + 1] = [*around[0], *inner, *around[1]]
        index += 1
    return found


def _as_or(token: Token) -> Token:
    return replace(token, lower="or") if token.text == "," else token


def _closing(tokens: list[Token], opened: int) -> int | None:
    wanted = _OPENING[tokens[opened].text]
    return next((i for i in range(opened + 1, len(tokens)) if tokens[i].text == wanted), None)
