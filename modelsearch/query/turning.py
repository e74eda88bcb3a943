"""Words that turn a condition round: those behind a name that deny it, and unread ones.

"Attention-free", "CelebA excluded", "where dropout was not used" deny the name before them. Some
words do so wherever they stand behind a name ("excluded"), others only where the clause ends with
them: "GANs missing a README" does not deny the GANs.

Words that nothing read are another matter where one would turn a condition round, or widen it.

``family zorp VAEs``, ``not rly GANs``, ``models eschewing attention``, ``at blorp 50 epochs``,
``epochs exceding 50``: whatever the word may mean, without it the answer could be the opposite of
what was asked, or hold far more. Such a question is asked back. Which place turns does not depend
on the word: between a field and its value, between a negation and what it denies, before "of" or
"from" and a name, between models and a name, beside a number.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from modelsearch.query.names.spelling import SHORTEST, is_negator, looks_like_a_negator
from modelsearch.query.numbers.quantities import COMPARISONS
from modelsearch.query.state import Mention, Reading, is_open, unread_word
from modelsearch.query.words import contract_words, words
from modelsearch.records.question import Filter
from modelsearch.vocabulary.fields import spellings

#: Words between a negator of several words, or a verb, and the name that it denies.
LINKS = frozenset({"of", "from", "than", "to", "about"})
#: Negators that a verb follows, whose object they reach: "not trained with PyTorch".
_OF_VERBS = frozenset({"not", "never", "nicht", "pas"})
#: Words between a field and a number that say nothing themselves.
_PLAIN = frozenset(
    {"of", "is", "was", "are", "at", "to", "the", "a", "an", "in", "on", "for", "with"}
)
_APART = frozenset({",", ";", "but"})  #: behind which a new part of a sentence begins
_DENYING_PREFIXES = ("un", "non", "dis", "anti", "in")
_TORN = 5  #: letters of a negator that two words are read as
_LONG = 7  #: letters of a word whose first letters may be a prefix
_FAR = 4  #: tokens between a field and a number that still belong together
_PREDICATES = frozenset(
    {"is", "are", "was", "were", "be", "been", "being", "must", "should", "has", "have", "had",
     "gets", "got", "to", "=", ":"}
)  # fmt: skip
_CLAUSE_ENDS = frozenset({"", ")", "]", ",", ";", ".", "?", "!", "and", "or", "but", "please"})
#: Verbs behind the last word of a German clause: "die Adam nicht verwendet haben".
_VERBS = frozenset({"have", "has", "had", "were", "was", "are", "is"})
_LONGEST_DENIAL = 3
_OF_MODELS = frozenset({"family", "task", "kind", "model", "architecture", "path"})


def denial_behind(reading: Reading, index: int) -> int:
    """Return how many tokens from one on deny the name that ends right before it, else 0."""
    hyphened = reading.lower(index) == "-"
    at = linked = index + hyphened
    while reading.lower(at) in _PREDICATES:
        at += 1
    equal = at > linked and reading.lower(at) in words("denied_equal")
    unset = reading.lower(at) == "unknown" and reading.tokens[at].text[0] == "="
    if (equal or unset) and reading.lower(at + 1) in _CLAUSE_ENDS:
        last = at
    else:
        last = _last_of_denial(reading, at, hyphened=hyphened, bare=at == linked == index)
    if last < 0 or not all(is_open(reading, i) for i in range(index, last + 1)):
        return 0
    related = reading.lower(last) in words("relating")  # "used with", not "left out with"
    follows = reading.lower(last + 1) in words("prepositions")
    if related and follows and _is_head(reading, index - 1):
        return 0  # "GANs not used with Adam" denies what follows
    return last - index + 1


def _is_head(reading: Reading, last: int) -> bool:
    """Return whether a name that ends at a token says what models are, not what they have."""
    mention = next((one for one in reading.mentions if one.last == last), None)
    return mention is not None and (
        mention.field in _OF_MODELS and reading.lower(mention.first - 1) not in words("using")
    )


def denied_before(reading: Reading, index: int) -> bool:
    """Return whether a negation denies the name before it: the "not" of "dropout was not used"."""
    at = index
    while reading.lower(at - 1) in _PREDICATES:
        at -= 1
    named = any(mention.last == at - 1 for mention in reading.mentions)
    return named and denial_behind(reading, at) > index - at


def _last_of_denial(reading: Reading, at: int, *, hyphened: bool, bare: bool) -> int:
    word = reading.lower(at)
    free = word == "free" and reading.lower(at + 1) not in ("of", "from")
    if (hyphened and word == "less") or ((hyphened or bare) and free):
        return at
    follows = reading.uses[at + 1] if at + 1 < len(reading.uses) else ""
    listed = word in words("negators_after") and follows != "filter"
    if listed and reading.lower(at + 1) not in words("negated_next"):
        return at
    for count in range(_LONGEST_DENIAL, 0, -1):
        said, following = reading.words(at, count), reading.lower(at + count)
        whole = at + count <= len(reading.tokens)
        if whole and said in words("denied_after") and following in _CLAUSE_ENDS | words("clause"):
            return at + count - 1
        if whole and said in words("denied_last") and following in _CLAUSE_ENDS | _VERBS:
            return at + count - 1
    return -1


def turning_words(reading: Reading) -> list[str]:
    """Return what to ask about words that may turn a condition round."""
    starts = {mention.first: mention for mention in reading.mentions}
    ends = {mention.last: mention for mention in reading.mentions}
    asked = [*reading.doubts]
    for index in range(len(reading.tokens)):
        beside = _turned_by(reading, index, starts, ends)
        if beside is not None:
            said = reading.text(beside.first, beside.last)
            asked.append(
                f"{reading.tokens[index].text!r} was not understood, and may turn {said!r} round; "
                "write for example not, without, other than, more than or less than"
            )
    return [*asked, *_lost_numbers(reading)]


def _turned_by(
    reading: Reading, index: int, starts: dict[int, Mention], ends: dict[int, Mention]
) -> Mention | None:
    """Return the condition that a word which nothing read may turn round, if any."""
    torn = _torn_negator(reading, index)
    if torn:
        return starts.get(
            _behind(
                reading,
                index + 1,
                words("before_names") | LINKS | words("clause", "using"),
            )
        )
    doubtful = reading.lower(index) == "the" or not reading.tokens[index].text.isascii()
    if doubtful or (reading.lower(index + 1) in (".", "/") and reading.tokens[index + 1].glued):
        from modelsearch.query.doubtful import in_doubt

        mention = in_doubt(reading, index)
        if mention is not None and may_be_denied(mention):
            return mention
    if not unread_word(reading, index):
        nothing = reading.lower(index) == "0" and reading.free(index, index)
        return starts.get(index + 1) if nothing else None  # "zero attention"
    return (
        _between_field_and_value(reading, index, starts)
        or _before_a_name(reading, index, starts, ends)
        or _beside_a_number(reading, index, starts, ends)
        or _behind_a_name(reading, index, ends)
    )


def _torn_negator(reading: Reading, index: int) -> bool:
    """Return whether two words are a negator with a space in it: "un like", "neit her"."""
    two = range(index, min(index + 2, len(reading.tokens)))
    if len(two) < 2 or reading.tokens[index + 1].kind != "word":
        return False
    if any(reading.uses[at] not in ("", "logic") or reading.details[at] == "not" for at in two):
        return False
    joined = "".join(reading.read_first[at].text for at in two).casefold()  # "ja mais"
    whole = len(joined) >= _TORN or any(_unheard_of(reading, at) for at in (index, index + 1))
    return whole and is_negator(joined)


def denied_with(reading: Reading, negation: int, index: int) -> str:
    """Return what to ask of an unread word behind a negation, if a condition follows both.

    ``negation`` is the first token of the negation, ``index`` the word's.
    """
    verbal = reading.lower(negation) in _OF_VERBS or reading.lower(negation).endswith("n't")
    over = words("before_names") | {"-", "_"}
    if verbal or not reading.lexicon.has_word(reading.tokens[index].text):
        over |= words("clause", "using")
    at = _behind(reading, index, over)
    mention = next((one for one in reading.mentions if one.first == at), None)
    number = reading.free(at, at) and reading.tokens[at].kind == "number"
    if mention is None and number:
        said = reading.text(negation, at)
        return f"{said!r} was not read; write for example > {reading.tokens[at].text}"
    if mention is None or not may_be_denied(mention):
        return ""
    said = reading.text(negation, mention.last)
    return (
        f"{reading.tokens[index].text!r} was not understood, so it is not clear what {said!r} "
        f"excludes; write for example not {reading.text(mention.first, mention.last)}"
    )


def may_be_denied(mention: Mention) -> bool:
    """Return whether a condition is one that a word before it may turn round."""
    return not isinstance(mention.node, Filter) or mention.node.op != "exists"


def _nowhere(reading: Reading, index: int) -> bool:
    """Return whether a word is one that turns, or stands nowhere here and is no verb that only
    links.
    """
    word = reading.lower(index)
    if _denies(reading, index):
        return True
    return (
        word not in contract_words("links")
        and reading.lexicon.connection is not None
        and not reading.lexicon.has_word(reading.tokens[index].text)
    )


def _denies(reading: Reading, index: int) -> bool:
    """Return whether a word is one that denies, is one but for a slip, or has a prefix that does:
    "none", "wihtout", "untouched".
    """
    word = reading.lower(index)
    before = reading.lower(index - 1)
    placed = before in words("auxiliaries", "heads") | _APART
    placed = placed or reading.lower(index + 1) == "of" or _unheard_of(reading, index)
    placed = placed or _stands_alone(reading, index)
    if word in contract_words("turns") or looks_like_a_negator(word, everyday=placed):
        return True
    broken = word.endswith("n") and reading.lower(index + 1) == "'"  # "doesn'j", "don 't"
    if word.endswith("'t") or broken:
        return True
    prefixed = word.startswith(_DENYING_PREFIXES) and len(word) >= _LONG
    return prefixed and not reading.lexicon.has_word(reading.tokens[index].text)


def _stands_alone(reading: Reading, index: int) -> bool:
    """Return whether a word of three letters, or one that is easily a slip of a negator ("lever"),
    stands where neither a name nor a word of the subject is before it: "hot GANs".
    """
    token, before = reading.tokens[index], reading.lower(index - 1)
    short = len(token.text) == SHORTEST and token.lower not in words("english")
    alone = not before or before in words("stop", "using")
    return alone and not token.glued and (short or token.lower in contract_words("confused"))


def _unheard_of(reading: Reading, index: int) -> bool:
    """Return whether a word stands nowhere here and is no English one: then a slip may be in its
    first letter, too ("zot the GANs").
    """
    known = reading.lower(index) in words("english", "known_short")
    return not known and not reading.lexicon.has_word(reading.tokens[index].text)


def _between_field_and_value(
    reading: Reading, index: int, starts: dict[int, Mention]
) -> Mention | None:
    """``framework diff Keras``: a word where a sign is written."""
    at = index + 1
    mention = starts.get(at)
    if mention is None or index == 0:
        return None
    field = spellings().get(reading.tokens[index - 1].norm)
    return mention if field is not None and field.name == mention.field else None


def _before_a_name(
    reading: Reading, index: int, starts: dict[int, Mention], ends: dict[int, Mention]
) -> Mention | None:
    """``devoid of MNIST``, ``models zorping MNIST``: a word that may deny the name behind it."""
    turns = _turns_here(reading, index, ends) or _is_tied_to_a_negator(reading, index)
    # In another language a word that nothing read may be a negator, whatever it is in English.
    if not turns and not reading.foreign and not _nowhere(reading, index):
        return None
    auxiliary = reading.lower(index - 1) in words("auxiliaries")
    following = _next_read(reading, index)
    sure = _denies(reading, index)
    over = words("before_names") | LINKS
    verbal = following in (words("clause", "using")) - words("prepositions")
    if sure or auxiliary or verbal or reading.foreign:
        over |= words("clause", "using")
    at = _behind(reading, index, over)
    mention = starts.get(at)
    if mention is None or not may_be_denied(mention):
        return None
    said = reading.lower(index - 1)
    verbal = said in words("using") - words("prepositions")
    verbal = verbal and following in words("prepositions")  # "which did I use zorp on MNIST"
    apart = auxiliary or verbal or said in words("heads") | _APART
    if turns or sure or apart or reading.foreign:
        return mention
    before = ends.get(index - 1)
    plural = before is not None and reading.lower(index - 1).endswith("s")
    return mention if plural else None


def _is_tied_to_a_negator(reading: Reading, index: int) -> bool:
    """Return whether a word is the rest of one that begins with a negator: "sans-ish"."""
    tied = reading.tokens[index].glued and reading.lower(index - 1) == "-"
    return tied and reading.lower(index - 2) != "non" and is_negator(reading.lower(index - 2))


def _turns_here(reading: Reading, index: int, ends: dict[int, Mention]) -> bool:
    """Return whether a word that turns only where it stands does: "GANs save MNIST", "in place of
    attention".
    """
    before = reading.lower(index - 1)
    nouns = words("heads") - {"that", "which"}
    behind = index == 0 or ends.get(index - 1) is not None or before in {",", *nouns}
    return reading.lower(index) in contract_words("between") and (
        behind or reading.lower(index + 1) == "of"
    )


def _next_read(reading: Reading, index: int) -> str:
    """Return the first word after a token that is no unread one."""
    return reading.lower(_behind(reading, index, frozenset()))


def _behind(reading: Reading, index: int, over: AbstractSet[str]) -> int:
    """Return the first token after one that is neither unread nor among the words ``over``."""
    at = index + 1
    while at < len(reading.tokens) and reading.uses[at] != "filter":
        if reading.lower(at) not in over and not _steps_over(reading, at):
            break
        at += 1
    return at


def _steps_over(reading: Reading, index: int) -> bool:
    """Return whether a token is an unread word, or what a word with an apostrophe fell into."""
    token = reading.tokens[index]
    rest = token.text == "'" or (token.glued and token.kind == "word" and len(token.text) < 3)
    return unread_word(reading, index) or (rest and not reading.uses[index])


def _behind_a_name(reading: Reading, index: int, ends: dict[int, Mention]) -> Mention | None:
    """``MNIST was zorped``, ``attention must be off``: what is said of a name, not understood."""
    at = index - 1
    while reading.lower(at) in words("auxiliaries") or reading.lower(at) in ("(", "["):
        at -= 1
    ended = reading.lower(index + 1) in _CLAUSE_ENDS and reading.lower(index) in contract_words(
        "turns"
    )
    mention = ends.get(at) if at < index - 1 or ended else None
    if mention is None or not may_be_denied(mention):
        return None
    return mention if _nowhere(reading, index) or _denies(reading, index) else None


def _beside_a_number(
    reading: Reading, index: int, starts: dict[int, Mention], ends: dict[int, Mention]
) -> Mention | None:
    """``at blorp 50 epochs``, ``50 epochs zorp``: a word that may compare."""
    for mention in (starts.get(index + 1), ends.get(index - 1)):
        node = mention.node if mention is not None else None
        if not isinstance(node, Filter) or node.op != "=" or isinstance(node.value, str):
            continue
        exact = ":" in node.text or "=" in node.text
        if not exact and (_nowhere(reading, index) or reading.lower(index - 1) == "at"):
            return mention
    return None


def _lost_numbers(reading: Reading) -> list[str]:
    """``epochs exceding 50``: a field and a number with only words between that nothing read."""
    asked = []
    for index in range(len(reading.tokens)):
        last = _field_of_numbers(reading, index)
        if last is None:
            continue
        at = last + 1
        while at <= last + _FAR and reading.free(at, at) and _spelled_out(reading, at):
            at += 1
        taken = next((one for one in reading.mentions if one.first == last + 1), None)
        if taken is not None and isinstance(taken.node, Filter) and taken.one_sided:
            asked.append(_taken(reading, index, last, taken))
            continue
        said = {reading.lower(between) for between in range(last + 1, at)}
        name = next((one for one in reading.mentions if one.first == at), None)
        if name is not None and said & COMPARISONS.keys():
            at = name.last + 1  # "batch size under mvxup 100": a name, though a misspelt one
            said.add(reading.text(name.first, name.last))
        odd = reading.lower(at) == "#"
        lost = at + odd
        if not reading.free(lost, lost) or not reading.tokens[lost].text[0].isdigit():
            continue
        odd = odd or reading.tokens[lost].kind == "word"
        if said - _PLAIN - COMPARISONS.keys() or (odd and said & COMPARISONS.keys()):
            asked.append(
                f"{reading.text(index, lost)!r} was not read; "
                f"write for example {reading.text(index, last)} > 64"
            )
    return asked


def _spelled_out(reading: Reading, index: int) -> bool:
    token = reading.tokens[index]
    return (token.kind == "word" and not token.text[0].isdigit()) or token.lower in COMPARISONS


def _taken(reading: Reading, first: int, last: int, mention: Mention) -> str:
    """Say that the bound behind a field was read as another field's: "batch size nt > 64"."""
    field, bound = reading.text(first, last), reading.text(mention.first, mention.last)
    return (
        f"{bound!r} was read as a bound of {mention.field}, and {field!r} has none; "
        f"write for example {field} > 64"
    )


def field_ends_at(reading: Reading, last: int) -> bool:
    """Return whether an unread field of numbers ends at a token."""
    return any(
        _field_of_numbers(reading, first) == last for first in range(max(last - 2, 0), last + 1)
    )


def _field_of_numbers(reading: Reading, index: int) -> int | None:
    """Return the last token of an unread field of numbers that begins at a token, else None."""
    for last, joined in reversed(reading.grams(index, 3)):
        field = spellings().get(joined)
        if field is not None and field.kind == "number" and reading.free(index, last):
            return last
    return None
