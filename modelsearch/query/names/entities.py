"""Names in a question: the longest run of tokens that spells one, wherever it stands.

Misspelt names are corrected where only one name can be meant.
"""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.names.lexicon import ENTITY_KINDS, Lexicon, Name
from modelsearch.query.names.meant import FOLLOWERS, choose_name, field_of
from modelsearch.query.names.references import tokens_of_ids
from modelsearch.query.names.spelling import (
    SHORTEST,
    SHORTEST_ALONE,
    corrections,
    distance,
    is_negator,
    is_short_name,
    looks_like_a_negator,
    question_words,
    same_name,
    short_word,
    with_a_letter_more,
)
from modelsearch.query.numbers.quantities import COMPARISONS
from modelsearch.query.state import Mention, Reading
from modelsearch.query.time.datewords import of_dates
from modelsearch.query.time.monthnames import MONTHS
from modelsearch.query.tokens import Token, grams, holds_together
from modelsearch.query.words import words
from modelsearch.records.question import Filter, Not
from modelsearch.records.structs import replace
from modelsearch.vocabulary.fields import find_field, lines_of_spellings, spellings

_LONG_ENOUGH = 8  #: letters of a name in several parts that may be corrected as a whole
_ANNOUNCED = frozenset({"family", "technique", "hardware", "dataset", "task"})
#: Kinds of which one spelling may name a member of each, with different meanings.
_OF_TWO_KINDS = {"technique", "scheduler"}


def find_entities(reading: Reading) -> None:
    """Claim every name of the question, longest first from the left; then the misspelt ones."""
    _scan(reading, reading.tokens, corrected={})
    _find_opposites(reading)
    _correct_joined(reading)
    corrected = _corrected(reading)
    # One at a time first: a neighbour may be right as it is ("gated recurent unit").
    single = [{i: spelling} for i, spelling in corrected.items()] if len(corrected) > 1 else []
    for chosen in (*single, corrected):
        left = {i: spelling for i, spelling in chosen.items() if not reading.uses[i]}
        if left:
            tokens = [
                _respelt(token, left[i]) if i in left else token
                for i, token in enumerate(reading.tokens)
            ]
            _scan(reading, tokens, left)


def _find_opposites(reading: Reading) -> None:
    """Read "unconditional" as not conditional."""
    for index, token in enumerate(reading.tokens):
        plain = token.norm.removeprefix("un")
        if reading.uses[index] or plain == token.norm or len(plain) < _LONG_ENOUGH:
            continue
        names = reading.lexicon.lookup([plain]).get(plain, ())
        name = next((one for one in names if one.kind == "technique"), None)
        if name is not None:
            node = Not(reading.filter(name.kind, "=", name.value, index, index))
            reading.mention(index, index, node, name.kind)
            reading.note(f"Read {token.text!r} as not {name.value}.")


def _correct_joined(reading: Reading) -> None:
    """Correct names of several parts whose slip is in a short one: "fashion-mnst"."""
    index = 0
    while index < len(reading.tokens):
        last = index
        while (
            last + 1 < len(reading.tokens)
            and reading.tokens[last + 1].glued
            and (reading.tokens[last + 1].is_word or holds_together(reading.tokens, last + 1))
        ):
            last += 1
        joined = "".join(token.norm for token in reading.tokens[index : last + 1])
        if last > index and len(joined) >= _LONG_ENOUGH and reading.free(index, last):
            _take_joined(reading, index, last, joined)
        elif last == index:
            _correct_second(reading, index)
        index = last + 1


def _correct_second(reading: Reading, index: int) -> None:
    """Correct a short word by the one before it: "fashion mnit", "stanford dog"."""
    token = reading.tokens[index]
    if index == 0 or token.kind != "word" or not 3 <= len(token.norm) < SHORTEST_ALONE:
        return
    first = reading.tokens[index - 1]
    joined = first.norm + token.norm
    plain = {first.lower, token.lower} & (words("stop", "clause", "using"))
    plain |= {token.norm} & spellings().keys()  # "final loss" is no slip of "focal loss"
    if plain or not reading.free(index - 1, index) or len(joined) < _LONG_ENOUGH:
        return
    if not reading.lexicon.lookup([joined]):
        _take_joined(reading, index - 1, index, joined)


def _take_joined(reading: Reading, first: int, last: int, joined: str) -> None:
    candidates = corrections(joined, reading.lexicon)
    names = [
        name
        for candidate in candidates
        for name in reading.lexicon.lookup([candidate]).get(candidate, ())
        if name.kind in ENTITY_KINDS
    ]
    if len({(name.kind, name.value) for name in names}) == 1:
        name = names[0]
        node = reading.filter(name.kind, "=", name.value, first, last)
        reading.note(f"Read {reading.text(first, last)!r} as {name.value!r}.")
        reading.mention(first, last, node, name.kind)


def correct_field_words(reading: Reading) -> None:
    """Correct misspelt words of questions and fields ("leaning rate") for all later stages."""
    foreign = reading.foreign
    tokens = reading.tokens
    # Names that may stand in the question are looked up at once; each stage asks for some.
    whole = [index for index, token in enumerate(tokens) if not token.glued]
    said = [text for index in whole for _, text in reading.grams(index)]
    reading.lexicon.lookup([*said, *(token.norm for token in tokens if token.glued)])
    of_ids = tokens_of_ids(reading)
    for index, token in enumerate(tokens):
        if reading.uses[index] or token.kind != "word" or index in of_ids:
            continue
        if of_dates(token.lower) or token.lower.endswith("'t"):
            continue
        if foreign and (len(token.text) < SHORTEST_ALONE or looks_like_a_negator(token.lower)):
            continue  # a short word of another language is no slip of an English one
        if is_negator(token.lower + reading.lower(index + 1)):
            continue  # "witho ut"
        meant = _field_meant(reading, index) or _sure_word_meant(token, reading.lexicon)
        if meant:
            reading.respell(index, replace(token, lower=meant, norm=meant))
            reading.note(f"Read {token.text!r} as {meant!r}.")


def _field_meant(reading: Reading, index: int) -> str:
    """Return the word that makes a field with its neighbour ("size" for "batch szie"), if any."""
    token, lexicon = reading.tokens[index], reading.lexicon
    if token.lower in COMPARISONS or _is_known_word(token.lower):
        return ""
    for before in (True, False):
        at = index - 1 if before else index + 1
        beside = reading.tokens[at].norm if reading.free(at, at) else ""
        joined = beside + token.norm if before else token.norm + beside
        if not beside.isalpha() or len(joined) < _LONG_ENOUGH:
            continue
        of_a_field = (f"\n{beside}" if before else f"{beside}\n") in lines_of_spellings()
        if not of_a_field or lexicon.is_word(token.norm):
            continue
        known = [one for one in corrections(joined, lexicon) if one in spellings()]
        meant = [one for one in known if (one.startswith if before else one.endswith)(beside)]
        if len(meant) != 1 or joined in spellings():
            continue
        word = meant[0].removeprefix(beside) if before else meant[0].removesuffix(beside)
        if word[:1] == token.norm[:1] and distance(token.norm, word, 1) == 1:
            return word
    return ""


def _is_known_word(word: str) -> bool:
    return word in words("stop") or word in words("english") or word in words("known_short")


def _sure_word_meant(token: Token, lexicon: Lexicon) -> str:
    """Return what :func:`_word_meant` does, unless the word may be a negator and that is none."""
    meant = _word_meant(token, lexicon)
    return meant if is_negator(meant) or not looks_like_a_negator(token.lower) else ""


def _word_meant(token: Token, lexicon: Lexicon) -> str:
    """Return the word of questions or fields that a misspelt one stands for, or nothing."""
    short = short_word(token.lower)
    if short:
        unknown = not lexicon.lookup([token.norm]) and not lexicon.is_word(token.norm)
        return short if unknown else ""
    known = token.norm in question_words() or token.lower in words("known_short")
    if known or not _suspicious(token, lexicon):
        return ""
    meant = [one for one in corrections(token.norm, lexicon) if one in question_words()]
    if len(meant) > 1:  # "picturs" is plural
        meant = [one for one in meant if one[-1] == token.norm[-1]]
    return meant[0] if len(meant) == 1 else ""


def _scan(reading: Reading, tokens: list[Token], corrected: dict[int, str]) -> None:
    # A corrected word may belong to a name with its neighbours: "Fashon" with "MNIST".
    runs = [
        list(grams(tokens, i)) if corrected or not reading.uses[i] else []
        for i in range(len(tokens))
    ]
    found = reading.lexicon.lookup(joined for run in runs for _, joined in run)
    index = 0
    while index < len(tokens):
        step = 1
        beyond = _field_until(reading, runs[index])
        for last, joined in reversed(runs[index]):
            if last < beyond:
                break  # "attention heads" is a field: "attention" alone names nothing in it
            names = found.get(joined)
            if not names or (corrected and not any(index <= i <= last for i in corrected)):
                continue
            if _model_word_ends(tokens, index, last, found):
                continue
            inner = _inner_names(reading, index, last) if corrected else []
            if not reading.free(index, last) and not inner:
                continue
            if _accept(reading, tokens, index, last, names, corrected):
                step = last - index + 1
                break
        index += step


def _field_until(reading: Reading, run: list[tuple[int, str]]) -> int:
    """Return the last token of the words that name a field of numbers, -1 where none do."""
    for last, joined in reversed(run):
        field = spellings().get(joined) or spellings().get(joined.removesuffix("s"))
        if field is not None and field.kind == "number" and reading.free(run[0][0], last):
            return last
    return -1


def _model_word_ends(
    tokens: list[Token], first: int, last: int, found: dict[str, list[Name]]
) -> bool:
    """Return whether a name is another's own with "model" behind it: LightGBM before "LightGBM
    model".
    """
    if first == last or tokens[last].lower not in words("model_words"):
        return False
    shorter = "".join(token.norm for token in tokens[first:last])
    return any(vocabulary.normalise(name.value) == shorter for name in found.get(shorter, ()))


def _accept(
    reading: Reading,
    tokens: list[Token],
    first: int,
    last: int,
    names: list[Name],
    corrected: dict[int, str],
) -> bool:
    name = choose_name(reading, tokens, first, last, names)
    if name is None:
        return False
    for mention in _inner_names(reading, first, last) if corrected else ():
        said = f"Read {reading.text(mention.first, mention.last)!r} as"
        reading.notes[:] = [note for note in reading.notes if not note.startswith(said)]
        reading.release(mention)
    if name.kind == "architecture":
        node = reading.filter("architecture", "=", name.value, first, last)
    else:
        node = reading.filter(name.kind, "=", name.value, first, last)
    if any(i in corrected for i in range(first, last + 1)):
        reading.note(f"Read {reading.text(first, last)!r} as {name.value!r}.")
    _say_other_kinds(reading, first, last, name, names)
    plural = tokens[last].lower.endswith("s") and not name.value.lower().endswith("s")
    reading.mention(first, last, node, name.kind, plural=plural)
    _claim_field_words(reading, first, last, name.kind)
    return True


def _say_other_kinds(
    reading: Reading, first: int, last: int, name: Name, names: list[Name]
) -> None:
    """Say that a spelling names something of another kind, too: the "cosine schedule" of noise and
    of learning rates.
    """
    for other in names:
        if {name.kind, other.kind} == _OF_TWO_KINDS and field_of(reading, first - 1) != name.kind:
            said = reading.text(first, last)
            reading.note(
                f"Read {said!r} as {name.value}; for the {other.kind} of that name write "
                f"{other.kind}:{other.value}."
            )


def _inner_names(reading: Reading, first: int, last: int) -> list[Mention]:
    """Return the names that a longer one may replace; none when other claims stand in its way."""
    inside = [m for m in reading.mentions if first <= m.first and m.last <= last]
    covered = {i for m in inside for i in range(m.first, m.last + 1)}
    free = all(i in covered or not reading.uses[i] for i in range(first, last + 1))
    return inside if free and all(m.field in ENTITY_KINDS for m in inside) else []


def _claim_field_words(reading: Reading, first: int, last: int, kind: str) -> None:
    """Claim the word that says what kind of thing a name is: "KL loss", "optimizer Adam"."""
    followers = FOLLOWERS.get(kind, set()) - words("model_words")
    for at in (last + 1, first - 1):
        said_so = field_of(reading, at) == kind or reading.lower(at) in followers
        if reading.free(at, at) and said_so:
            reading.claim(at, at, "filter", kind)


def announce_names(reading: Reading) -> None:
    """Say what names stand for where their spelling does not show it.

    Where one of a family (ResNet18, StarGAN) stands for all of it, models of that name come first.
    """
    for mention in reading.mentions:
        node = mention.node
        if mention.field not in _ANNOUNCED or not isinstance(node, Filter) or node.op != "=":
            continue
        said, value = node.text, str(node.value)
        if (
            ":" in said
            or same_name(said, value)
            or any(f"Read {said!r}" in n for n in reading.notes)
        ):
            continue
        word = vocabulary.normalise(said).removesuffix("s")
        alone = mention.first == mention.last
        if mention.field == "family" and alone and reading.lexicon.names_some_model(word):
            reading.note(f"Read {said!r} as {value}; models of that very name come first.")
            reading.first_named.append(word)
        else:
            reading.note(f"Read {said!r} as {value}.")


def _corrected(reading: Reading) -> dict[int, str]:
    """Return corrections of unclaimed words that are spelt like nothing that is known."""
    found: dict[int, str] = {}
    for index, token in enumerate(reading.tokens):
        if reading.uses[index] or token.kind != "word":
            continue
        if looks_like_a_negator(token.lower):
            continue  # to read "mixus" as mixup would drop a "minus"
        if _suspicious(token, reading.lexicon) or _beside_its_field(reading, index):
            candidates = corrections(token.norm, reading.lexicon)
        elif is_short_name(token.text, token.norm, reading.lexicon):
            candidates = with_a_letter_more(token.norm, reading.lexicon)
        else:
            continue
        if len(candidates) == 1 or (candidates and _same_name(reading.lexicon, candidates)):
            found[index] = candidates[0]
    return found


def _beside_its_field(reading: Reading, index: int) -> bool:
    """Return whether a short word that is spelt like nothing stands beside the field of the name
    that it may be: "adma optimizer".
    """
    token = reading.tokens[index]
    if len(token.norm) != SHORTEST_ALONE - 1 or token.norm in words("english", "stop"):
        return False
    if reading.lexicon.lookup([token.norm]) or reading.lexicon.is_word(token.norm):
        return False
    near = {field_of(reading, index + 1), field_of(reading, index - 1)} - {""}
    candidates = corrections(token.norm, reading.lexicon) if near else []
    names = reading.lexicon.lookup(candidates)
    return any(name.kind in near for one in candidates for name in names.get(one, ()))


def _suspicious(token: Token, lexicon: Lexicon) -> bool:
    spelling = token.norm
    if (
        len(spelling) < (SHORTEST if token.text.isupper() else 5)
        or len(spelling) > 40
        or token.lower in words("stop")
    ):
        return False
    if spelling in words("english") or token.lower in MONTHS or find_field(spelling):
        return False
    if token.lower in COMPARISONS or token.lower in words("negators", "negators_after"):
        return False
    if vocabulary.find("subject", spelling) or lexicon.lookup([spelling]):
        return False
    return not lexicon.is_word(spelling)


def _same_name(lexicon: Lexicon, candidates: list[str]) -> bool:
    names = lexicon.lookup(candidates)
    return len({tuple(names.get(one, ())) for one in candidates}) == 1


def _respelt(token: Token, spelling: str) -> Token:
    return replace(token, text=spelling, lower=spelling, norm=spelling)
