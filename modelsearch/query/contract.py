"""The contract of reading: report what was not read, and ask back where the answer depends on it.

Every token is used by a stage, announced in a note, or has no meaning of its own. A number that no
form fits, a sign that compares or negates, and a word that denies, compares or measures must not be
dropped without a word: with conditions beside it the question is asked back (:class:`UnreadError`),
or, where the caller is lenient, answered with a note.
"""

from __future__ import annotations

from modelsearch.query.intent.splits import says_split
from modelsearch.query.names.named_here import matches_any
from modelsearch.query.names.spelling import looks_like_a_negator
from modelsearch.query.numbers.quantities import COMPARISONS
from modelsearch.query.numbers.spelled import NUMBER_WORDS
from modelsearch.query.numbers.written import is_like_a_number
from modelsearch.query.state import Reading
from modelsearch.query.time.impossible import impossible_days
from modelsearch.query.turning import LINKS, field_ends_at, may_be_denied, turning_words
from modelsearch.query.words import contract_words, words
from modelsearch.records.errors import UnreadError
from modelsearch.records.question import Filter, Not
from modelsearch.records.spans import chunks

_EDGES = "()[]{}\"'`,;:!?."
_USED = frozenset({"filter", "sort", "limit", "reference", "intent"})
_JOINING = frozenset({"or", "and", "but", ","})
_SHORT = 6  #: tokens of "what is a GAN?"
_NEAR = 2  #: tokens beside a condition within which an unread sign may change it
#: Signs that operate: the ASCII ones of mathematics (category Sm), a set's difference and others.
_OPERATING = frozenset("+<=>|~^%!*\\")
#: Signs beside a number that are punctuation, and those before one that are not.
_PLAIN = frozenset("()[]{}\"'`,;:!?.…")
_ODD_BEFORE = frozenset("#^*·×%@\\|")


def check(reading: Reading, *, conditions: bool, lenient: bool) -> None:
    """Announce what was not read; raise UnreadError where the answer could be wrong without it.

    ``conditions`` says whether the question has any, ``lenient`` that it is answered all the same.
    """
    asked = [
        *_orders(reading),
        *_owners(reading),
        *_days(reading),
        *_numbers(reading),
        *_signs(reading),
        *_words(reading, conditions),
        *turning_words(reading),
        *_denying_names(reading),
        *_denied_slips(reading),
        *_dangling(reading, conditions),
        *_odd_denials(reading),
    ]
    if asked and not lenient:
        raise UnreadError(asked[0])
    for sentence in asked:
        reading.note(sentence[0].upper() + sentence[1:] if sentence[0].isalpha() else sentence)


def _owners(reading: Reading) -> list[str]:
    """Return what to ask about a value of a model that nothing here is called."""
    if reading.mentions or not any(one.startswith("asks for ") for one in reading.details):
        return []
    from modelsearch.query.names.unfound import unfound_owners

    return unfound_owners(reading)


def _days(reading: Reading) -> list[str]:
    """Return what to ask about days that do not exist."""
    return [
        f"there is no {day!r}; write a day of the calendar, or the month alone"
        for day in impossible_days(reading)
    ]


def _orders(reading: Reading) -> list[str]:
    """Return what to say of a question that wants something done; note what no stored fact says."""
    first = reading.lower(0)
    ordered = first in contract_words("orders") and not says_split(reading, 0)
    if ordered and len(reading.tokens) > 1:
        return [
            f"nothing here can {reading.tokens[0].text!r}: questions are answered from what is "
            "stored; ask for example which models it concerns"
        ]
    beyond = next(
        (
            i
            for i, t in enumerate(reading.tokens)
            if t.lower in contract_words("beyond") and _unread(reading, i)
        ),
        None,
    )
    defined = reading.words(0, 2) in ("what is", "what are", "what's a") and (
        reading.lower(2) in ("a", "an") and len(reading.tokens) <= _SHORT
    )
    if beyond is not None or defined:
        said = reading.tokens[beyond].text if beyond is not None else reading.text(0, 2)
        reading.note(
            f"The database cannot answer {said!r}: it holds settings, data, results and dates with "
            "their places. These are the models that match the rest."
        )
    return []


def _numbers(reading: Reading) -> list[str]:
    """Return what to ask about numbers that were used in part; note those that were not at all."""
    asked = []
    for match in chunks(reading.question):
        chunk = match.text.strip(_EDGES)
        if not is_like_a_number(chunk):
            continue
        start = match.start + match.text.index(chunk)
        inside = [
            i
            for i, t in enumerate(reading.tokens)
            if start <= t.start and t.end <= start + len(chunk)
        ]
        digits = [i for i in inside if any(c.isdigit() for c in reading.tokens[i].text)]
        unread = [i for i in digits if reading.uses[i] not in _USED and reading.details[i] != "not"]
        in_part = bool(unread) and len(unread) < len(digits)
        signs = _odd_signs(reading, inside) if not unread else []
        in_parts = len(inside) > 1 and field_ends_at(reading, inside[0] - 1)  # "lr 0.0.2"
        if in_part or signs or (unread and in_parts):
            asked.append(f"{chunk!r} is not a number; write it like 1000, 0.0005 or 1e-3")
        elif unread and _second_bound(reading, inside[0]):
            asked.append(f"{chunk!r} belongs to no field here; write its field before it")
        elif unread and not any(chunk in note for note in reading.notes):
            reading.note(f"{chunk!r} belongs to no field here, so it filters nothing.")
    return asked + _stuck(reading) + _spelled(reading) + _unfit(reading)


def _second_bound(reading: Reading, index: int) -> bool:
    """Return whether an unread number is compared, behind a bound that was read and its "or"."""
    at = index - 1
    while at > 0 and reading.lower(at) not in _JOINING and reading.uses[at] != "filter":
        at -= 1
    compared = any(reading.lower(i) in COMPARISONS for i in range(at + 1, index))
    compared = compared or reading.lower(index - 1) in ("than", "least", "most")
    return (
        compared
        and reading.lower(at) in _JOINING
        and any(_used_number(reading, i) for i in range(at))
    )


def _unfit(reading: Reading) -> list[str]:
    """Return what to ask about numbers that were taken in part, or with a unit of other things."""
    if not any(
        token.kind == "number" or token.text[0].isdigit() or token.lower in NUMBER_WORDS
        for token in reading.tokens
    ):
        return []
    from modelsearch.query.numbers.unfit import unfit_numbers

    return unfit_numbers(reading)


def _odd_signs(reading: Reading, inside: list[int]) -> list[int]:
    """Signs of a number's own chunk that nothing read, between parts that were."""
    return [
        i
        for i in inside
        if not reading.tokens[i].is_word
        and not reading.uses[i]
        and reading.tokens[i].text in "^*·×'/%"
    ]


def _stuck(reading: Reading) -> list[str]:
    """Signs in one word with a number that was used, which nothing read: ``64#``, ``10·5``."""
    asked = []
    for match in chunks(reading.question):
        inside = [
            i for i, t in enumerate(reading.tokens) if match.start <= t.start and t.end <= match.end
        ]
        numbers = [i for i in inside if _used_number(reading, i)]
        if numbers and any(_odd(reading, i, numbers) for i in inside):
            asked.append(
                f"{match.text.strip(_EDGES)!r} is not a number; write it like 1000, 0.0005 or 1e-3"
            )
    return asked


def _odd(reading: Reading, index: int, numbers: list[int]) -> bool:
    """Return whether a sign in one word with numbers was read as nothing, and is no punctuation."""
    token = reading.tokens[index]
    if token.is_word or token.text in _PLAIN or reading.uses[index] in _USED:
        return False
    joins = reading.uses[index] == "logic" and numbers[0] < index < numbers[-1]
    return not joins and (token.text in _ODD_BEFORE or index > numbers[0])


def _used_number(reading: Reading, index: int) -> bool:
    return reading.tokens[index].kind == "number" and reading.uses[index] == "filter"


def _spelled(reading: Reading) -> list[str]:
    """Numbers in words that made none: "sixty-forty" beside a field."""
    asked = []
    for index, token in enumerate(reading.tokens):
        if token.kind == "word" and token.lower in NUMBER_WORDS and _unread(reading, index):
            if token.lower in ("one", "zero") or (index and reading.lower(index - 1) == "the"):
                continue
            first = last = index
            while reading.lower(last + 1) == "-" and reading.tokens[last + 2 : last + 3]:
                last += 2
            said = reading.text(first, last)
            reading.note(f"{said!r} belongs to no field here, so it filters nothing.")
            if last > first and any(reading.uses[i] in _USED for i in range(first, last + 1)):
                asked.append(f"{said!r} is not a number; write it in digits")
    return asked


def _signs(reading: Reading) -> list[str]:
    """Return what to ask about signs that compare or deny beside a condition and were not read."""
    asked = []
    for index, token in enumerate(reading.tokens):
        if token.is_word or reading.uses[index] in (*_USED, "logic"):
            continue
        if token.text == "!" and not token.glued and _condition_at(reading, index + 1):
            asked.append("the sign '!' was not read; write not before what is to be left out")
            continue
        if (
            token.text in contract_words("signs")
            or not _operates(token.text)
            or _equals(reading, index)
        ):
            continue
        sentence = f"the sign {token.text!r} was not read"
        if _beside_condition(reading, index):
            asked.append(f"{sentence}; write =, !=, <, <=, > or >=")
        else:
            reading.note(f"The sign {token.text!r} was not understood, so it was ignored.")
    return asked


def _condition_at(reading: Reading, index: int) -> bool:
    return any(mention.first == index for mention in reading.mentions)


def _equals(reading: Reading, index: int) -> bool:
    """Return whether a sign says no more than that what follows belongs to what stands before
    it.
    """
    follows = range(index + 1, min(index + 1 + _NEAR, len(reading.tokens)))
    return reading.lower(index) in ("=", "==") and any(reading.uses[i] in _USED for i in follows)


def _operates(text: str) -> bool:
    """Return whether a sign is one of mathematics, a set's difference (a backslash) among them."""
    if text.isascii():  # the usual case, for which no table of characters is loaded
        return not _OPERATING.isdisjoint(text)
    import unicodedata

    return any(unicodedata.category(c) == "Sm" or c in _OPERATING for c in text)


def _beside_condition(reading: Reading, index: int) -> bool:
    around = range(max(index - _NEAR, 0), min(index + _NEAR, len(reading.tokens) - 1) + 1)
    return any(reading.uses[i] in _USED for i in around if i != index)


def _bounds_a_number(reading: Reading, index: int) -> bool:
    """Return whether a word is the end of an "at least" that a number behind it did not get."""
    bound = reading.lower(index) in ("least", "most") and reading.lower(index - 1) == "at"
    return bound and any(_used_number(reading, i) for i in range(index + 1, len(reading.tokens)))


def _words(reading: Reading, conditions: bool) -> list[str]:
    """Return what to ask about words that deny, compare or multiply; note those that measure."""
    asked = []
    for index, token in enumerate(reading.tokens):
        word = reading.lower(index)
        if not token.is_word or not _unread(reading, index):
            continue
        if _bounds_a_number(reading, index) or word in contract_words("asks"):
            if conditions or (word == "than" and _number_unread(reading)):
                asked.append(
                    _unfound(reading, index)
                    or f"{token.text!r} was not understood, and the answer depends on it; "
                    "write for example not, without, other than, more than or less than"
                )
            else:
                reading.note(f"{token.text!r} was not understood, so it was ignored.")
        elif word in contract_words("shares") and _number_after(reading, index):
            asked.append(f"it is not clear what {token.text!r} makes of the number; write it out")
        elif word in contract_words("tells") and conditions:
            reading.note(
                f"{token.text!r} was not understood, so it was ignored; "
                "these are all models that match the rest."
            )
    return asked


def _unfound(reading: Reading, index: int) -> str:
    """Return what to say of a name behind a word: that no model here has it, or several."""
    from modelsearch.query.names.unfound import unclear_comparison, unfound_name

    unclear = unclear_comparison(reading, index) if reading.lower(index) == "than" else ""
    return unfound_name(reading, index + 1) or unclear


def _number_after(reading: Reading, index: int) -> bool:
    """Return whether a bound on a number follows a word, as in "half of 100 epochs"."""
    at = index + 1
    while reading.lower(at) in ("of", "the", "a"):
        at += 1
    return at < len(reading.tokens) and (
        reading.tokens[at].kind == "number" and reading.uses[at] == "filter"
    )


def _number_unread(reading: Reading) -> bool:
    return any(
        token.kind == "number" and _unread(reading, index)
        for index, token in enumerate(reading.tokens)
    )


def _dangling(reading: Reading, conditions: bool) -> list[str]:
    """Return what to ask about negations that no condition follows."""
    asked = []
    for index in sorted(reading.unapplied - reading.applied):
        sentence = f"it is not clear what {reading.tokens[index].text!r} excludes"
        if conditions:
            asked.append(f"{sentence}; write for example not MNIST or without attention")
        else:
            reading.note(f"{sentence[0].upper()}{sentence[1:]}, so it was ignored.")
    return asked


def _odd_denials(reading: Reading) -> list[str]:
    """Return what to ask about denied superlatives, and of fields of which only one value is."""
    denied = any(isinstance(mention.node, Not) for mention in reading.mentions)
    if not denied and "not" not in reading.details:
        return []
    from modelsearch.query.doubtful import denied_orders, nothing_else

    return [*denied_orders(reading), *nothing_else(reading)]


def _unread(reading: Reading, index: int) -> bool:
    return reading.uses[index] in ("", "stop", "text")


def _denying_names(reading: Reading) -> list[str]:
    """Ask about names that no model here has and that a slip makes of a negator, before another
    name: "scripts xors MNIST" for the French "hors".
    """
    starts = {mention.first: mention for mention in reading.mentions}
    over = words("auxiliaries", "before_names", "clause", "using")
    asked = []
    for mention in reading.mentions:
        node, word = mention.node, reading.lower(mention.first)
        at = mention.last + 1
        while reading.lower(at) in over or reading.lower(at) in LINKS:
            at += 1
        behind = starts.get(at)
        said = reading.tokens[mention.first].text
        if (
            behind is not None
            and mention.first == mention.last
            and said == said.lower()
            and isinstance(node, Filter)
            and may_be_denied(behind)
            and looks_like_a_negator(word, everyday=True)
            and not _is_here(reading, node, word)
        ):
            denied = reading.text(behind.first, behind.last)
            asked.append(
                f"no model here is {node.value}, and {said!r} may turn {denied!r} round; "
                "write for example not, without or other than"
            )
    return asked


def _is_here(reading: Reading, node: Filter, said: str) -> bool:
    """Return whether some model has what a word was read as; a model itself is to be spelled so:
    "minis" is not gpt_mini for sure.
    """
    if node.field == "model" and said not in str(node.value).lower():
        return False
    return matches_any(reading, node)


def _denied_slips(reading: Reading) -> list[str]:
    """Ask about a misspelt name that takes a negation from another one behind it: "not tvless
    trained with SGD".
    """
    starts = {mention.first: mention for mention in reading.mentions}
    over = words("clause", "using", "before_names")
    asked = []
    for mention in reading.mentions:
        said = reading.text(mention.first, mention.last)
        denied = mention.first > 0 and reading.details[mention.first - 1] == "not"
        if not denied or not any(n.startswith(f"Read {said!r} as '") for n in reading.notes):
            continue
        at = mention.last + 1
        if reading.lower(at) in words("prepositions"):
            continue  # "without attenton on CelebA": the next part of the sentence
        while reading.lower(at) in over:
            at += 1
        if at in starts and may_be_denied(starts[at]):
            asked.append(
                f"it is not clear what {reading.text(mention.first - 1, starts[at].last)!r} "
                "excludes; write for example not and the name"
            )
    return asked
