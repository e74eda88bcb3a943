"""Models named in steps, by words that together stand in an id: "cvae train", "XA1-CNN", "train.py
of lunar lander".

Each word is a part of the ids of some models; the models are meant whose ids carry all of them. A
name of the vocabulary alone stays a condition ("batch size of the CVAE"), unless it is said of one
thing and other models are called so, too: then each of these is meant. Every reading is said.
"""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.names.lexicon import ENTITY_KINDS
from modelsearch.query.names.mentions import field_tokens
from modelsearch.query.names.named_here import ending_with, joined_parts
from modelsearch.query.names.references import exact_id, small
from modelsearch.query.numbers.quantities import COMPARISONS, NUMBER_WORDS
from modelsearch.query.state import Reading
from modelsearch.query.words import words
from modelsearch.records.question import Filter, Node, join_or
from modelsearch.records.spans import humps, name_parts
from modelsearch.records.structs import frozen
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.records.wordlists import word_set
from modelsearch.search.compile import compile_filter

if TYPE_CHECKING:
    import apsw

_LONGEST = 4  #: words in a name of the vocabulary
_SHORTEST = 3  #: letters of a word that may begin a name
_MOST = 6  #: models that one name may mean
_MOST_TOKENS = 60
_GLUE = frozenset("-_./+")
#: Words between two steps of a name: "train.py of lunar lander".
_LINKS = frozenset({"of", "in", "from", "the"})
#: What may stand behind a name.
_ENDS = frozenset({"", "?", ".", ",", "!", "and", "or", "than", "vs", "versus", "against"})
_LISTING = frozenset({",", "and", "or", "vs", "versus", "against", "with", "to"})
#: What narrows by the kind of file.
_KINDS = {"notebook": "ipynb", "ipynb": "ipynb", "script": "py", "py": "py"}
#: Behind these stands whose value is asked for, or what it is compared with.
_OWNED = word_set("""
    of does did do has have is was than to like between and or with vs versus compare against that
    from two both resembling about describe explain
""")
#: A question with one of these sets models side by side, or begins so where it asks of one.
_COMPARING = word_set("""
    compare compared comparing comparison difference differences differ differs vs versus than
    similar like closest nearest
""")
_EACH = frozenset({"all", "any", "each", "every", "anything", "everything", "what's"})
_OPENERS = word_set("does do did is was has describe explain tell")
_ARTICLES = frozenset({"the", "my", "our", "both", "two", "three"})
_NAMED = frozenset({*ENTITY_KINDS}) - {"architecture"}
#: Kinds of names that say what data is, which several models share.
_OF_DATA = frozenset({"dataset", "subject"})
#: Behind these a name says which models are meant, or which data.
_FOLLOWING = word_set(
    "data dataset datasets images models agents networks nets scripts notebooks ones runs projects "
    "experiments"
)


@frozen
class Steps:
    """A stretch of tokens, the words of it that ids carry, and the models whose ids carry all."""

    first: int
    last: int
    words: tuple[int, ...]
    models: tuple[str, ...]


def find_names_in_steps(reading: Reading, *, of_named: bool = False) -> None:
    """Claim names of models that are said in several words, each of which ids carry, in questions
    about single models; ``of_named`` says that this is one, whatever its words.
    """
    connection = reading.lexicon.connection
    if connection is None or len(reading.tokens) > _MOST_TOKENS or not small(connection):
        return
    fields = _asked_tokens(reading)
    asked = any(reading.lower(index) not in words("clause") for index in fields)
    anywhere = of_named or asked or _speaks_of_single_ones(reading)
    if not (anywhere or _has_an_owner(reading)):
        return
    if len(reading.tokens) > _SHORTEST:
        _find_titles(reading)
    index = 0
    while index < len(reading.tokens):
        steps = _steps_from(reading, index, fields)
        told = steps is not None and (anywhere or _is_the_owner(reading, steps))
        told = told and not _shown_in_pictures(reading, index)
        while steps is not None and told and _take(reading, steps):
            index = steps.last
            steps = _with_another_end(reading, steps)
        index += 1


def _find_titles(reading: Reading) -> None:
    """Claim names of three words and more that stand in the question word for word."""
    from modelsearch.query.names.titles import title_at

    owned = [at for at, t in enumerate(reading.tokens) if t.is_word and _owned(reading, at)]
    for first in owned:
        last, models = title_at(reading, first)
        if models and reading.lower(last + 1) not in _FOLLOWING:
            title = Steps(first, last, (), tuple(models))
            _mention(reading, title, [_named(one, reading, title) for one in models])


def _asked_tokens(reading: Reading) -> set[int]:
    """Return the tokens that spell a field or a result: they name no model."""
    results = {
        index
        for first in range(len(reading.tokens))
        for last, joined in reading.grams(first, 2)
        if joined in vocabulary.index("metric")
        for index in range(first, last + 1)
    }
    return results | field_tokens(reading)


def _speaks_of_single_ones(reading: Reading) -> bool:
    heard = {token.lower for token in reading.tokens}
    return bool(heard & _COMPARING) or reading.lower(0) in _OPENERS


def _has_an_owner(reading: Reading) -> bool:
    """Return whether something is asked of one thing, whatever it is: "max_len of X"."""
    tokens = enumerate(reading.tokens)
    heard = {token.lower for index, token in tokens if not _glued(reading, index)}
    lists = words("model_words", "head_images") | _EACH
    return not heard & lists and (
        "of" in heard or any(t.lower.endswith("'s") for t in reading.tokens)
    )


def _is_the_owner(reading: Reading, steps: Steps) -> bool:
    before = steps.first - 1
    while reading.lower(before) in _ARTICLES:
        before -= 1
    return reading.lower(before) == "of" or reading.lower(steps.last).endswith("'s")


def _shown_in_pictures(reading: Reading, index: int) -> bool:
    """Return whether a word says what pictures show: "images of flowers at epoch 100"."""
    before = reading.words(index - 2, 2).split()
    of_pictures = before[1:] == ["of"] and before[0] in words("head_images")
    return of_pictures and reading.tokens[index].norm in vocabulary.index("subject")


def _steps_from(reading: Reading, first: int, fields: set[int]) -> Steps | None:
    """Return the longest name in steps that begins at a token, None where none does."""
    if first in fields or not _may_begin(reading, first):
        return None
    models = _carrying(reading, _spelling(reading, first))
    if not models:
        return None
    said, last, at = [first], first, first + 1
    while at < len(reading.tokens):
        at = _behind_links(reading, at)
        if not _may_go_on(reading, at, fields, glued=_glued(reading, at)):
            break
        both = _narrowed(reading, at, models)
        if not both:
            break
        models, last = both, at
        said.append(at)
        at += 1
    return Steps(first, last, tuple(said), tuple(models))


def _with_another_end(reading: Reading, steps: Steps) -> Steps | None:
    """Return the next name of a list that shares its beginning with the last: the "v2" of "flower
    v1 and v2"; None where none follows.
    """
    at = steps.last + 1
    while reading.lower(at) in _LISTING and reading.free(at, at):
        at += 1
    if at == steps.last + 1 or at >= len(reading.tokens) or len(steps.words) == 1:
        return None
    if not (reading.free(at, at) and reading.tokens[at].is_word) or _may_begin(reading, at):
        return None  # what may begin a name is read as one
    said = (*steps.words[:-1], at)
    models = _carrying(reading, _spelling(reading, said[0]))
    for index in said[1:]:
        models = _narrowed(reading, index, models)
    return Steps(at, at, said, tuple(models)) if models else None


def _behind_links(reading: Reading, at: int) -> int:
    """Return the next token that is no sign inside a word, "'s" or a word that links two steps."""
    while at < len(reading.tokens) and reading.free(at, at):
        token = reading.tokens[at]
        sign = token.text in _GLUE and token.glued
        if not sign and (reading.lower(at) not in _LINKS or reading.lower(at - 1) in _GLUE):
            break
        at += 1
    return at


def _glued(reading: Reading, at: int) -> bool:
    return 0 < at < len(reading.tokens) and reading.tokens[at - 1].text in _GLUE


def _may_begin(reading: Reading, index: int) -> bool:
    token, word = reading.tokens[index], reading.lower(index)
    if not token.is_word or not reading.free(index, index) or token.kind == "number":
        return False
    if token.glued and _glued(reading, index):
        return False  # the rest of a word
    if _is_another_file(reading, index):
        return False
    file = reading.lower(index + 1) == "." and reading.lower(index + 2) in _KINDS
    alone = word in words("clause") and reading.lower(index + 1) in ("", "?", ".", "of")
    plain = words("stop", "model_words", "negators", "using", "generate", "head_images",
                  "auxiliaries", "clause")  # fmt: skip
    if not (file or alone) and word in plain:
        return False
    return len(token.norm) >= _SHORTEST and word not in COMPARISONS.keys() | NUMBER_WORDS.keys()


def _is_another_file(reading: Reading, index: int) -> bool:
    """Return whether a word begins the name of a file that is no script: ``a/b/loss.png``."""
    last = index
    while _cuts_a_word(reading, last):
        last += 2
    dotted = last > index and reading.lower(last - 1) == "."
    return dotted and reading.lower(last) not in _KINDS and reading.lower(last).isalpha()


def _may_go_on(reading: Reading, index: int, fields: set[int], *, glued: bool) -> bool:
    if not reading.free(index, index) or not reading.tokens[index].is_word:
        return False
    word = reading.lower(index)
    if glued or word in _KINDS:
        return True
    if word in words("clause"):  # a verb that ends a name is no verb: "cvae train and …"
        return word not in words("using") and reading.lower(index + 1) in _ENDS
    plain = words("stop", "negators", "using", "auxiliaries", "model_words")
    number = reading.tokens[index].kind == "number"
    return index not in fields and not number and word not in plain


def _narrowed(reading: Reading, index: int, models: list[str]) -> list[str]:
    """Return those of some models that carry one more word, or are of the kind that it names."""
    word = reading.lower(index)
    carrying = [one for one in _carrying(reading, _spelling(reading, index)) if one in models]
    if carrying or word not in _KINDS:
        return carrying
    ends = f".{_KINDS[word]}"
    paths = _paths(reading)
    return [one for one in models if paths.get(one, "").lower().endswith(ends)]


def _spelling(reading: Reading, index: int) -> str:
    """Return a word as ids may spell it, without the "'s" of an owner."""
    return vocabulary.normalise(reading.lower(index).removesuffix("'s"))


def _connection(reading: Reading) -> apsw.Connection:
    assert reading.lexicon.connection is not None
    return reading.lexicon.connection


def _paths(reading: Reading) -> dict[str, str]:
    return dict(_connection(reading).execute("SELECT model_id, path FROM model"))


def _carrying(reading: Reading, word: str) -> list[str]:
    """Return the ids that have a word as a part, or as some neighbouring parts."""
    if not word:
        return []
    rows = _connection(reading).execute(
        "SELECT model_id, path FROM model WHERE instr(spelling, ?1) > 0 ORDER BY model_id", (word,)
    )
    return [row[0] for row in rows if _carries(row[0], row[1], word)]


def _carries(model: str, path: str, word: str) -> bool:
    stem, _, ending = path.rpartition(".")
    for text in (model, *(stem if ending.isascii() and ending.isalpha() else path).split("/")):
        for parts in (name_parts(text), humps(text)):
            if word in joined_parts([part.lower() for part in parts]):
                return True
    return False


def _take(reading: Reading, steps: Steps) -> bool:
    """Claim a name, where it is one; tell whether it was."""
    said = reading.text(steps.first, steps.last).removesuffix("'s")
    exact = exact_id(_connection(reading), said)
    if exact is not None:
        return False  # read as it stands
    if _cuts_a_word(reading, steps.last):
        _doubt(reading, steps)
        return False
    if reading.lower(steps.last + 1) in _FOLLOWING and not _counted(reading, steps):
        return False
    known = _of_vocabulary(reading, steps)
    telling = [index for index in steps.words if index not in known]
    if not telling:
        return _called_by_data(reading, steps, set(known.values()))
    owned = _owned(reading, steps.first) and not _is_shown(reading, steps)
    if len(steps.models) > _MOST or (len(steps.words) == 1 and not owned):
        return False
    _mention(reading, steps, [_named(one, reading, steps) for one in steps.models])
    return True


def _cuts_a_word(reading: Reading, last: int) -> bool:
    """Return whether a word goes on behind a token: the "pond_frogs" of "pond_frogs_x"."""
    ahead = reading.tokens[last + 1 : last + 3]
    return (
        len(ahead) == 2
        and ahead[0].text in _GLUE
        and ahead[0].glued
        and (ahead[1].is_word and (ahead[1].glued or ahead[0].text == "_"))
    )


def _doubt(reading: Reading, steps: Steps) -> None:
    """Say that no model is called by a word of which only the beginning is a name."""
    last = steps.last
    while _cuts_a_word(reading, last):
        last += 2
    rest = range(steps.last + 2, last + 1, 2)
    if any(not reading.lexicon.has_word(reading.tokens[index].text) for index in rest):
        from modelsearch.query.names.unfound import not_called

        reading.doubts.append(not_called(reading, reading.text(steps.first, last)))


def _counted(reading: Reading, steps: Steps) -> bool:
    """Return whether "the two" or "both" stands before a name: these models are meant."""
    return reading.lower(steps.first - 1) in ("two", "both", "three")


def _owned(reading: Reading, first: int) -> bool:
    before = first - 1
    while reading.lower(before) in _ARTICLES:
        before -= 1
    return reading.lower(before) in _OWNED


def _is_shown(reading: Reading, steps: Steps) -> bool:
    """Return whether a word is what data shows: "trained on images of faces"."""
    on = reading.lower(steps.first - 3) == "on" and reading.lower(steps.first - 1) == "of"
    return on and vocabulary.find("subject", _spelling(reading, steps.first)) is not None


def _of_vocabulary(reading: Reading, steps: Steps) -> dict[int, str]:
    """Return the kind of the name of the vocabulary that each word of a name belongs to."""
    found: dict[int, str] = {}
    for first in steps.words:
        for last, joined in reversed(reading.grams(first, _LONGEST)):
            if last > steps.last or first in found:
                continue
            names = reading.lexicon.lookup([joined]).get(joined, ())
            kind = next((one.kind for one in names if one.kind in _NAMED), None)
            if kind is not None:
                found.update((at, kind) for at in range(first, last + 1))
    return found


def _called_by_data(reading: Reading, steps: Steps, kinds: set[str]) -> bool:
    """Claim a name of data that is said of one thing, where not all models that are called so use
    that data; tell whether it was.
    """
    several = 1 < len(steps.models) <= _MOST
    if not several or not kinds <= _OF_DATA or not _owned(reading, steps.first):
        return False
    joined = "".join(reading.tokens[index].norm for index in steps.words)
    names = [one for one in reading.lexicon.lookup([joined]).get(joined, ()) if one.kind in kinds]
    users = {
        model
        for one in names
        for model in _satisfying(
            reading, reading.filter(one.kind, "=", one.value, steps.first, steps.last)
        )
    }
    if len(users) > 1 or not users or users >= set(steps.models):
        return False  # several use the data: it is asked of all who do
    models = sorted({*steps.models, *users})
    _mention(reading, steps, [_named(one, reading, steps) for one in models])
    return True


def _satisfying(reading: Reading, node: Node) -> list[str]:
    sql = compile_filter(node)
    rows = _connection(reading).execute(
        "SELECT m.model_id FROM model m LEFT JOIN training_stage s "
        f"ON s.model = m.id AND s.main = 1 WHERE {sql.text}",
        sql.params,
    )
    return [row[0] for row in rows]


def _named(model: str, reading: Reading, steps: Steps) -> Filter:
    return reading.filter("model", "=", model, steps.first, steps.last)


def _mention(reading: Reading, steps: Steps, named: list[Filter]) -> None:
    """Claim a name for one model, or for each of several, and say which."""
    named = ending_with([reading.tokens[index].norm for index in steps.words], named)
    node = join_or(list(named))
    assert node is not None
    reading.mention(steps.first, steps.last, node, "model")
    said = reading.text(steps.first, steps.last)
    ids = [str(one.value) for one in named]
    if len(ids) == 1:
        if ids[0].casefold() != said.casefold():
            reading.note(f"Read {said!r} as the model {ids[0]}.")
        return
    reading.note(f"{said!r} fits {len(ids)} models, so each is meant: {', '.join(ids)}.")
