"""Models that a question names: by id, by path, or by a description that fits just one."""

from __future__ import annotations

from modelsearch.query.intent.comparison import phrase_tokens
from modelsearch.query.logic import negation_at
from modelsearch.query.names.named_here import count_matching
from modelsearch.query.names.references import (
    candidates,
    containing,
    exact_id,
    is_folder,
    is_of_parts,
    near_ids,
)
from modelsearch.query.numbers.quantities import NUMBER_WORDS
from modelsearch.query.state import Mention, Reading
from modelsearch.query.words import words
from modelsearch.records.patterns import IGNORECASE, lazy
from modelsearch.records.question import Filter, Node, Or, ParsedQuery
from modelsearch.records.spans import chunks, name_parts
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.fields import spellings, stored_spellings

_BETWEEN = ",;?!\"'()<>="  #: signs that stand in no id and no path
_LIKE_AN_ID = lazy(
    r"[^\W_]_[^\W_]|[^\W_]/[^\W_]|\.(?:py|ipynb)$|\w-\w+-\w|\w-\w*\d\w*_",
    needs=("_", "/", ".", "-"),
)
_TOLD = lazy(
    r"\b(?:model\s+ids?|id|model_id|model\s+(?:called|named)|called|named)\s*+(?:[:=]\s*+)?"
    r"[\"'(]?$",
    IGNORECASE,
    needs=("id", "called", "named"),
)
_FILE = lazy(r"\w\.(?:py|ipynb)$", IGNORECASE, needs=(".py", ".ipynb"))
_ID_TOLD = lazy(r"\bids?\s*+(?:[:=]\s*+)?[\"'(]?$", IGNORECASE, needs=("id",))
#: Words for order and number, which no description of a model needs.
_NO_NAMES = frozenset(
    {
        "latest",
        "newest",
        "oldest",
        "last",
        "first",
        "final",
        "earliest",
        "recent",
        "best",
        "worst",
        *NUMBER_WORDS,
    }
)
_VERSION = lazy(r"v\d+[a-z]?", IGNORECASE, needs=("v",))
_INSIDE = frozenset({"in", "under", "inside", "within", "folder", "directory"})
_FOLDERS = frozenset({"folder", "directory", "folders"})
_REPOSITORIES = frozenset({"repo", "repository", "repos", "repositories"})
_LONGEST_QUESTION = 4_000
_MOST_WORDS = 60


def find_references(reading: Reading, parsed: ParsedQuery) -> None:
    """Claim every model id or path that stands in the question as one word.

    A word counts when it is an id or path; when it looks like one (an underscore, a slash, a
    suffix) and fits one model; or when "model id" stands before it, even if no model fits.
    """
    if reading.lexicon.connection is None:
        return
    for match in chunks(reading.question[:_LONGEST_QUESTION], _BETWEEN)[:_MOST_WORDS]:
        word = match.text.rstrip(".:")
        before = reading.question[: match.start]
        told = _TOLD.search(before) is not None
        if len(word) < 3 or ":" in word or not any(c.isalpha() for c in word):
            continue
        tokens = _tokens(reading, match.start, match.start + len(word))
        if tokens is None or not reading.free(*tokens) or _in_repository(reading, word, tokens):
            continue
        beside = reading.lower(tokens[0] - 1), reading.lower(tokens[1] + 1)
        called = bool(_FOLDERS & {*beside})  # "the folder wgan"
        if not (told or called or _could_be(word)):
            continue
        inside = called or beside[0] in _INSIDE or "/" in word.strip("/")
        inside = inside or (not told and _is_a_folder_alone(reading, word))
        if inside and is_folder(reading.lexicon.connection, word):
            reading.mention(*tokens, _part_of_path(reading, word.strip("/") + "/", tokens), "path")
        elif told or _could_be(word):
            _refer(reading, parsed, word, tokens, told=_ID_TOLD.search(before) is not None)


def _is_a_folder_alone(reading: Reading, word: str) -> bool:
    """Return whether a word is written like an id and is that of no model, nor another name: then
    the folder of that name is meant.
    """
    connection = reading.lexicon.connection
    like = _is_like_an_id(word) and not _all_names(reading, word)
    if connection is None or not like or not is_folder(connection, word):
        return False
    if not _unlike_a_name(reading, word):
        return False
    return exact_id(connection, word) is None and len(candidates(connection, word)) > 1


def _in_repository(reading: Reading, word: str, tokens: tuple[int, int]) -> bool:
    """Claim the name of an indexed folder: "PyTorch-GAN", "in minimalRL"; tell whether it was.

    A name of the vocabulary is left to it ("MNIST"), unless "in" and the like stand before it; a
    word of the language ("models") never names a folder by itself.
    """
    found = reading.lexicon.repository(word)
    if found is None or reading.lower(tokens[0]) in words("stop", "model_words"):
        return False
    beside = reading.lower(tokens[0] - 1), reading.lower(tokens[1] + 1)
    told = beside[0] in _INSIDE or beside[1] in _FOLDERS or {*beside} & _REPOSITORIES
    if not told and (normalise(word) in words("english") or not _unlike_a_name(reading, word)):
        return False
    name, count = found[0], reading.lexicon.count_below(found[1])
    reading.mention(*tokens, reading.filter("repository", "=", name, *tokens), "repository")
    noun = "model lies" if count == 1 else "models lie"
    reading.note(f"Read {word!r} as the indexed folder of that name; {count:,} {noun} in it.")
    return True


def _part_of_path(reading: Reading, part: str, tokens: tuple[int, int]) -> Node:
    """Return the condition that a path has ``part`` (a file, or a folder with a slash behind it)
    from one of its folders on; the plain one, that it contains it, where that says the same.
    """
    from modelsearch.query.names.patterns import as_like

    like = as_like(part) + ("%" if part.endswith("/") else "")
    whole = Or(
        tuple(reading.filter("path", "like", f"{start}{like}", *tokens) for start in ("", "%/"))
    )
    plain = reading.filter("path", "contains", part, *tokens)
    count = count_matching(reading, whole)
    return plain if not count or count == count_matching(reading, plain) else whole


def _is_like_an_id(word: str) -> bool:
    """Return whether a word is written like an id or a file, which "CIFAR-10" is not."""
    signs = is_of_parts(word) or "/" in word or "." in word
    return signs and _LIKE_AN_ID.search(word) is not None


def _could_be(word: str) -> bool:
    return (
        _is_like_an_id(word)
        or (len(word) > 5 and not word.islower())
        or any(c in word for c in "_/.")
    )


def _refer(
    reading: Reading, parsed: ParsedQuery, word: str, tokens: tuple[int, int], *, told: bool
) -> None:
    connection = reading.lexicon.connection
    assert connection is not None
    found: list[str] = []
    exact = exact_id(connection, word)
    if exact is not None and (told or _is_like_an_id(word) or _unlike_a_name(reading, word)):
        found = [exact]
    elif told or (_is_like_an_id(word) and not _all_names(reading, word)):
        found = candidates(connection, word)
    if len(found) == 1:
        _claim(reading, tokens[0], tokens[1], found[0], word)
    elif _FILE.search(word) and exact is None:
        # "train.py" names many files: all of them are meant.
        reading.mention(*tokens, _part_of_path(reading, word, tokens), "path")
    elif told:
        _not_one(reading, parsed, word, tokens, found)


def _all_names(reading: Reading, word: str) -> bool:
    """Return whether a word is a field's, or joins names of the vocabulary: "d_model",
    "JAX/Flax".
    """
    spelling = normalise(word)
    if spelling in spellings() or spelling in stored_spellings():
        return True  # "d_model", "batch_size"
    parts = name_parts(word)
    if "/" not in word or len(parts) < 2:
        return False
    spelled = [normalise(part) for part in parts]
    known = reading.lexicon.lookup(spelled)
    return all(
        part.lower() in words("stop")
        or part.lower() in words("english")
        or any(name.kind != "model" for name in known.get(spelling, ()))
        for part, spelling in zip(parts, spelled, strict=True)
    )


def _unlike_a_name(reading: Reading, word: str) -> bool:
    """Return whether a word is no name of the vocabulary: a model called "gan" is not meant
    by GAN.
    """
    spelling = normalise(word)
    names = reading.lexicon.lookup([spelling]).get(spelling, ())
    return all(name.kind == "model" for name in names)


def _not_one(
    reading: Reading, parsed: ParsedQuery, word: str, tokens: tuple[int, int], found: list[str]
) -> None:
    if found:
        reading.note(f"{word!r} fits {len(found)} models: {', '.join(found[:5])}.")
        node = reading.filter("model", "contains", word, *tokens)
    else:
        parsed.unresolved.append(word)
        connection = reading.lexicon.connection
        close = near_ids(connection, word) if connection is not None else []
        hint = f" Nearest: {', '.join(close)}." if close else ""
        reading.note(f"No model is called {word!r}.{hint}")
        node = reading.filter("model", "=", word, *tokens)
    reading.mention(*tokens, node, "model")


def _claim(reading: Reading, first: int, last: int, model: str, word: str) -> None:
    reading.mention(first, last, reading.filter("model", "=", model, first, last), "model")
    if model.casefold() != word.casefold():
        reading.note(f"Read {word!r} as the model {model}.")


def find_described(reading: Reading, intent: str) -> None:
    """Claim descriptions with a version: "CycleGAN v1", "the Oxford flower v3 model".

    Only a description with a version or another word that names nothing else is looked up; names
    of families and datasets alone stay conditions.
    """
    connection = reading.lexicon.connection
    if connection is None or len(reading.tokens) > _MOST_WORDS:
        return
    if intent != "compare" and any(m.field == "model" for m in reading.mentions):
        return
    names = _name_tokens(reading)
    denied = next((i for i in range(len(reading.tokens)) if negation_at(reading, i)), None)
    if denied is not None:
        names = [index for index in names if index < denied]  # "flower v1, not the GAN"
    sides = [names]
    if intent == "compare":
        sides = [[i for i in side if i in names] for side in phrase_tokens(reading)]
        sides = [side for side in sides if side]
    found = [(side, _described(reading, side)) for side in sides]
    if intent == "compare":
        found = [(side, model or _with_shared(reading, side, sides)) for side, model in found]
        found = _beside_models(reading, found)
    if all(model is None for _, model in found) or (
        intent == "compare" and any(model is None for _, model in found)
    ):
        return
    for side, model in found:
        if model is not None:
            _take(reading, side, model)


def _beside_models(
    reading: Reading, found: list[tuple[list[int], str | None]]
) -> list[tuple[list[int], str | None]]:
    """Read a name beside a model, or the same family twice, as the model that is called so.

    "compare wgan and wgan_gp", "compare dqn and c51" (which is a DQN too).
    """
    families = [
        str(m.node.value)
        for m in reading.mentions
        if m.field == "family" and isinstance(m.node, Filter)
    ]
    beside = any(m.field == "model" for m in reading.mentions)
    if not beside and len(set(families)) == len(families):
        return found
    connection = reading.lexicon.connection
    completed = []
    for side, model in found:
        if model is None and connection is not None and side:
            named = containing(connection, [reading.lower(i) for i in side])
            model = named[0] if len(named) == 1 else None
        completed.append((side, model))
    return completed


def _with_shared(reading: Reading, side: list[int], sides: list[list[int]]) -> str | None:
    """Complete "v2" by what another side says: "flower v1 and v2", "v1 and v3 of the flowers"."""
    for other in sides:
        shared = [i for i in other if not _VERSION.fullmatch(reading.lower(i))]
        if other is not side and shared:
            chosen = _described(reading, side, shared)
            if chosen is not None:
                return chosen
    return None


def _name_tokens(reading: Reading) -> list[int]:
    """Tokens that may be part of a name: unused content words, and names of other kinds."""
    kinds = {"family", "dataset", "technique", "subject", "text", "application", "path"}
    named = {
        index
        for mention in reading.mentions
        if mention.field in kinds
        and isinstance(mention.node, Filter)
        and mention.node.op != "exists"
        for index in range(mention.first, mention.last + 1)
    }
    fields = field_tokens(reading) - named
    return [
        index
        for index, token in enumerate(reading.tokens)
        if token.is_word
        and index not in fields
        and token.lower not in words("head_images", "generate")
        and token.lower not in _NO_NAMES
        and (index in named or (not reading.uses[index] and token.lower not in words("stop")))
    ]


def field_tokens(reading: Reading) -> set[int]:
    """Return the tokens that spell a field ("batch size"): they ask for it and name no model."""
    return {
        index
        for start in range(len(reading.tokens))
        for last, joined in reading.grams(start, 3)
        if (field := spellings().get(joined)) is not None and field.kind not in ("thing", "count")
        for index in range(start, last + 1)
    }


def _described(reading: Reading, side: list[int], shared: list[int] | None = None) -> str | None:
    connection = reading.lexicon.connection
    tokens = [*(shared or []), *side]
    telling = [
        i
        for i in tokens
        if _VERSION.fullmatch(reading.lower(i))
        or (not reading.uses[i] and any(c.isdigit() for c in reading.lower(i)))
    ]
    if connection is None or not telling or len(tokens) > 12:
        return None
    if len(tokens) == 1 and (
        len(reading.lower(tokens[0])) < 5 or reading.lower(tokens[0]).isdigit()
    ):
        return None  # "v1" alone names no model
    parts = [reading.lower(i) for i in tokens]
    found = containing(connection, parts)
    if not found:  # "v3 of the flowers"
        found = containing(connection, [part.removesuffix("s") for part in parts])
    return found[0] if len(found) == 1 else None


def _take(reading: Reading, side: list[int], model: str) -> None:
    """Replace what a description was read as by the model it names."""
    for mention in [m for m in reading.mentions if m.first in side or m.last in side]:
        reading.release(mention)
    first, last = min(side), max(side)
    text = " ".join(reading.tokens[i].text for i in side)
    span = (reading.tokens[first].start, reading.tokens[last].end)
    for index in side:
        reading.claim(index, index, "reference", model)
    reading.mentions.append(Mention(first, last, Filter("model", "=", model, text, span), "model"))
    reading.mentions.sort(key=lambda one: one.first)
    said = {f"Read {reading.tokens[i].text!r} as" for i in side}
    reading.notes[:] = [n for n in reading.notes if not any(n.startswith(one) for one in said)]
    reading.note(f"Read {text!r} as the model {model}.")


def _tokens(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    inside = [i for i, t in enumerate(reading.tokens) if t.start < end and t.end > start]
    return (inside[0], inside[-1]) if inside else None
