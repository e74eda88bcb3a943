"""Names that only file paths carry: a fallback where no code shows the name.

A name of the vocabulary that no model here shows (TD3 written by hand in ``td3/``) is looked for in
paths, then in texts. A variant (ResNet-18, DualGAN) means the models of that very name, not its
whole family. A word left over that is part of some remaining models' paths (``lstm subtraction``)
keeps only those. Each of these is announced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from modelsearch import vocabulary
from modelsearch.query.logic import build_tree
from modelsearch.query.names.spelling import looks_like_a_negator, same_name
from modelsearch.query.state import Mention, Reading
from modelsearch.query.words import words
from modelsearch.records.patterns import DIGITS, lazy
from modelsearch.records.question import And, Filter, Node, join_or
from modelsearch.records.spans import humps, name_parts
from modelsearch.records.structs import replace
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.records.wordlists import word_set
from modelsearch.search.compile import compile_filter, matching
from modelsearch.search.large.kept import kept
from modelsearch.search.sources.comparisons import EVERY
from modelsearch.vocabulary import normalise

if TYPE_CHECKING:
    import apsw

    from modelsearch.search.large.members import Members

_FALLING_BACK = frozenset(
    {"family", "technique", "optimizer", "scheduler", "framework", "loss", "task", "hardware"}
)
#: Names that say what a model is about: its texts have many of them that it has not.
_BY_PATH_ALONE = frozenset({"dataset", "subject"})
_NARROWED = frozenset({"family"})
_DIGITS = lazy(r"\d", needs=DIGITS)
MOST_NAMED = 200  #: models of a name that paths have alone
_ONE_BY_ONE = 20  #: models that are named one by one
_LOOKED_THROUGH = 2_000  #: models whose paths are looked through for a part
_LONGEST_NAME = 4  #: parts of a path that together make one name: ``softmax_gan``
_SHORTEST = 3
#: What follows a name with a hyphen and makes no variant of it: "CNN-based".
_NO_VARIANT = word_set("""
    based like style styled type only free less trained generated powered inspired ish driven
    specific related model models family net nets architecture to and or on the gan s
""")


def use_names_here(reading: Reading) -> None:
    """Let names of the vocabulary mean the models that are called so, where that says more."""
    for mention in list(reading.mentions):
        node = mention.node
        if not isinstance(node, Filter) or node.op != "=" or ":" in node.text or "=" in node.text:
            continue
        if mention.field in _NARROWED and _variant(reading, mention, node):
            continue
        if mention.field in _FALLING_BACK | _BY_PATH_ALONE and not matches_any(reading, node):
            _fall_back(reading, mention, node)


def _variant(reading: Reading, mention: Mention, node: Filter) -> bool:
    """Narrow a family to the models of the very name that was said; tell whether it was."""
    last = _suffix_end(reading, mention)
    said = reading.text(mention.first, last)
    value = str(node.value)
    numbered = _DIGITS.search(said) is not None and not _DIGITS.search(value)
    if last == mention.last and not numbered and _same(said, value):
        return False
    qualified = mention.first != mention.last and (
        _qualifies(reading, mention, value) or _goes_on(reading, mention, value)
    )
    if last == mention.last and not numbered and mention.first != mention.last and not qualified:
        return False  # "variational autoencoder" is a spelling, no variant
    named = models_called(reading, said)
    if not named and qualified and mention.plural:
        named = models_called(reading, said[:-1])
    if not named and not (numbered or last > mention.last):
        return False
    reading.claim(mention.last + 1, last, "filter", said)
    mention.last = last
    reading.notes[:] = [n for n in reading.notes if not n.startswith(f"Read {node.text!r} as")]
    kept, how = _called(reading, said, named)
    mention.node = replace(node, text=said, by=kept)
    others = _also(reading, node, kept)
    if how:
        more = f"; {others} more are {value}" if others else ""
        reading.note(f"Read {said!r} as the models {how}{more}.")
    else:
        also = f"; {others} are {value} of another or no known kind" if others else ""
        reading.note(f"No model here is called {said!r}{also}.")
    return True


def _goes_on(reading: Reading, mention: Mention, value: str) -> bool:
    """Return whether a spelling is a name with something joined to it: "WGAN-GP" is a WGAN."""
    following = reading.tokens[mention.first + 1 : mention.last + 1]
    said = normalise(reading.text(mention.first, mention.last))
    return said.startswith(normalise(value)) and all(token.glued for token in following)


def _qualifies(reading: Reading, mention: Mention, value: str) -> bool:
    """Return whether a spelling is a name with a word of its own before it: "vanilla GAN"."""
    last = reading.tokens[mention.last].norm.removesuffix("s")
    first = reading.lower(mention.first)
    return last == normalise(value) and first not in words("model_words", "stop")


def _same(said: str, value: str) -> bool:
    one = normalise(said).removesuffix("s")
    return one == normalise(value).removesuffix("s") or (
        same_name(said, value) and vocabulary.find("family", said) is None
    )


def _suffix_end(reading: Reading, mention: Mention) -> int:
    """Return the last token of the word that a name begins: the 32 of ``ViT-B/32``."""
    end = mention.last
    index = end + 1
    while index + 1 <= len(reading.tokens) - 1 and reading.tokens[index].glued:
        sign, part = reading.tokens[index], reading.tokens[index + 1]
        if sign.text not in "-_/" or not part.glued or not part.is_word:
            break
        if not reading.free(index, index + 1) or part.lower in _NO_VARIANT | words("stop"):
            break
        end, index = index + 1, index + 2
    following = end + 1
    numbered = (
        following < len(reading.tokens)
        and reading.tokens[following].text.isdigit()
        and reading.free(following, following)
        and not _counts(reading, following)
    )
    return following if numbered and end == mention.last and not mention.plural else end


def _counts(reading: Reading, index: int) -> bool:
    """Return whether a number behind a name is no part of it: a year, "GAN 64 epochs"."""
    after = reading.lower(index + 1)
    text = reading.tokens[index].text
    return len(text) >= 4 or reading.tokens[index].glued or after in ("x", "-", "%", "by", "or")


def _called(reading: Reading, said: str, named: list[str]) -> tuple[Node, str]:
    """Return the condition on a name, and how the models carry it ("" where none does)."""
    if named:
        return paths_node(reading, said, named), "whose path says so"
    written = _written(reading, said)
    if written is not None:
        return written, "whose code or text says so"
    return Filter("text", "phrase", said, said), ""


def _written(reading: Reading, said: str) -> Node | None:
    """Return the condition that the class or the texts have a name, None where none has."""
    spellings = dict.fromkeys((said, "".join(name_parts(said)), " ".join(humps(said))))
    # A name is no form of another word: the transforms of images make no transformers.
    options: list[Node] = [
        Filter("text", "word" if one.isalnum() else "phrase", one, said) for one in spellings if one
    ]
    options.append(Filter("architecture", "=", "".join(name_parts(said)), said))
    return join_or([one for one in options if matches_any(reading, one)])


def _also(reading: Reading, node: Node, kept: Node) -> int:
    """Count the models of the family that do not carry the name: all but those that do, since the
    set of what lacks each of many paths is a large one.
    """
    return count_matching(reading, node) - count_matching(reading, And((node, kept)))


def _fall_back(reading: Reading, mention: Mention, node: Filter) -> None:
    """Use the paths, then the texts, that have a name which no model's code shows."""
    said = reading.text(mention.first, mention.last)
    named = models_called(reading, said)
    found: Node | None = paths_node(reading, said, named) if named else None
    if found is None and mention.field not in _BY_PATH_ALONE:
        found = _written(reading, said)
    if found is None:
        return
    mention.node = replace(node, text=said, by=found)
    reading.notes[:] = [n for n in reading.notes if not n.startswith(f"Read {node.text!r} as")]
    count = count_matching(reading, found)
    where = "in their path" if named else "in their texts"
    carry = "carries" if count == 1 else "carry"
    reading.note(f"No model's code shows {said!r} here; {count} {carry} the name {where}.")


def narrow_by_left_words(reading: Reading, where: Node | None) -> Node | None:
    """Let left words that are parts of some remaining models' paths leave those models."""
    for index, token in enumerate(reading.tokens):
        if reading.uses[index] or not _telling(reading, index):
            continue
        if reading.lexicon.titled_more_than(token.text, MOST_NAMED):
            continue  # so many paths tell little, and would not all be named
        named = models_called(reading, token.text, most=MOST_NAMED + 1)
        if not named or len(named) > MOST_NAMED:
            continue
        if _may_deny(reading, index, named):
            continue
        node = _or_named(reading, index, paths_node(reading, token.text, named))
        both = node if where is None else And((where, node))
        count = count_matching(reading, both)
        if not count:
            continue
        say_narrowed(reading, f"{token.text!r} stands", count, where)
        kept = called(node, token.text)
        reading.mention(index, index, kept, "path")
        where = build_tree(reading) if where is None else And((where, kept))
    return where


def say_narrowed(reading: Reading, said: str, count: int, where: Node | None) -> None:
    """Say that words left ``count`` models, of those that satisfied ``where`` before."""
    among = f" of these {count_matching(reading, where)}" if where is not None else ""
    noun = "model" if count == 1 and not among else "models"
    reading.note(f"{said} in the path of {count}{among} {noun}; the others are left out.")


def called(node: Node, said: str) -> Node:
    """Return a filter as if it had been said in other words; a tree of filters as it is."""
    return replace(node, text=said) if isinstance(node, Filter) else node


def tells_nothing(word: str) -> bool:
    """Return whether a word (in lower case) never stands for a name that paths have."""
    return word in words("stop", "generate", "clause", "using", "model_words", "head_images")


def _may_deny(reading: Reading, index: int, named: list[str]) -> bool:
    """Return whether a word that paths have may be a negator with a slip before a condition:
    "spas attention" in French, or where paths only have "spa".
    """
    spelled = any(reading.lower(index) in path.casefold() for path in named)
    if (spelled and not reading.foreign) or not looks_like_a_negator(reading.lower(index)):
        return False
    at = index + 1
    while reading.lower(at) in words("before_names"):
        at += 1
    return any(mention.first == at for mention in reading.mentions)


def _or_named(reading: Reading, index: int, node: Node) -> Node:
    """Add the models whose data is called by a word too: "shakespeare" in a path or a data set."""
    token = reading.tokens[index]
    names = reading.lexicon.lookup([token.norm]).get(token.norm, ())
    terms: list[Node] = [
        Filter(name.kind, "=", name.value, token.text) for name in names if name.kind == "dataset"
    ]
    return join_or([node, *terms]) or node


def _telling(reading: Reading, index: int) -> bool:
    token = reading.tokens[index]
    named = token.kind == "word" and len(token.norm) >= _SHORTEST
    return named and not tells_nothing(reading.lower(index))


def models_called(
    reading: Reading, said: str, most: int | None = None, among: Node | None = None
) -> list[str]:
    """Return the paths (at most ``most``, where given) of the models that have a name in their path
    as a word of its own, of those alone that satisfy the condition ``among``.
    """
    sql = compile_filter(among) if among is not None else EVERY
    wanted = normalise(said)
    if len(wanted) < _SHORTEST or not name_parts(said):
        return []
    singular = wanted.removesuffix("s")
    alone = {wanted, singular, f"{singular}s"}
    carrying: set[str] = set()
    tries = _spelled(said)
    for path in (path for one in tries for path in reading.lexicon.paths_titled(one, sql)):
        stem = path.rsplit(".", 1)[0]
        # Most names stand as a part by themselves, which is seen at once.
        if not alone.isdisjoint(name_parts(stem.casefold())) or _carries(stem, singular, wanted):
            carrying.add(path)
            if len(carrying) == most:
                break
    return sorted(carrying)


def _spelled(said: str) -> set[tuple[str, ...]]:
    """Return the words under which titles may have a name: its parts, its humps, all in one."""
    ways = (name_parts(said), humps(said), [normalise(said)])
    return {tuple(part.casefold() for part in way) for way in ways if way}


def _carries(stem: str, singular: str, wanted: str) -> bool:
    """Return whether a path (without its ending) has a name, which begins with ``singular``, as one
    of its parts or as a run of neighbouring parts of one folder.
    """
    for folder in stem.split("/"):
        if singular not in normalise(folder):
            continue
        parts = [normalise(part) for part in name_parts(folder)]
        if any(run == wanted or run.removesuffix("s") == singular for run in joined_parts(parts)):
            return True
    return False


def joined_parts(parts: Sequence[str]) -> Iterator[str]:
    """Yield the parts of a name, and runs of up to four neighbours as one word: ``softmaxgan``."""
    for first in range(len(parts)):
        yield from accumulate(parts[first : first + _LONGEST_NAME])


def paths_node(reading: Reading, said: str, paths: list[str]) -> Node:
    """Return the condition that leaves exactly the models of some paths: one part of these, where
    that is enough, else their ids one by one (by paths, where ids are not at hand). Where there are
    so many models that looking through their paths takes long, it is the ids; where so many carry
    the name that not all of them are at hand, the part that was said.
    """
    if any(map(reading.lexicon.was_cut, _spelled(said))):
        return Filter("path", "contains", said, said)
    one_by_one = _by_ids(reading, said, paths)
    if reading.lexicon.has_more_models(_LOOKED_THROUGH):
        return one_by_one
    for part in dict.fromkeys((said, *name_parts(said)[:1])):
        plain = Filter("path", "contains", part, said)
        if count_matching(reading, plain) == len(paths):
            return plain
    return one_by_one


def _by_ids(reading: Reading, said: str, paths: list[str]) -> Node:
    """Return the condition on the models of some paths by their ids, or by paths where ids are not
    at hand: many ids are one condition.
    """
    ids = [reading.lexicon.id_titled(path) for path in paths]
    if len(ids) > _ONE_BY_ONE and None not in ids:
        return Filter("model", "among", tuple(map(str, ids)), said)
    each: list[Node] = [
        Filter("path", "contains", path, said)
        if known is None
        else Filter("model", "=", known, said)
        for path, known in zip(paths, ids, strict=True)
    ]
    return join_or(each) or each[0]


def matches_any(reading: Reading, node: Node) -> bool:
    """Return whether any model of this database satisfies a condition."""
    connection = reading.lexicon.connection
    if connection is not None and kept(connection):
        return _sets(reading, connection).any_matching(node)
    return connection is None or count_matching(reading, node, most=1) > 0


def count_matching(reading: Reading, node: Node | None, most: int = -1) -> int:
    """Return how many models satisfy a condition, counting no further than ``most``."""
    connection = reading.lexicon.connection
    if connection is None:
        return 0
    if kept(connection):
        sets = _sets(reading, connection)
        members = sets.everything() if node is None else sets.matching(node)
        return members.bit_count()
    sql = compile_filter(node) if node is not None else EVERY
    # The first of a set is found without the rest of it; SQLite makes the whole of one it tests.
    found = sql.rows if most == 1 and sql.rows else matching(sql.text)
    rows = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM ({found}) LIMIT ?)", (*sql.params, most)
    )
    return int(next(iter(rows))[0])


def _sets(reading: Reading, connection: apsw.Connection) -> Members:
    """Return the sets of models of a large catalogue, each read once for a question."""
    if reading.lexicon.sets is None:
        from modelsearch.search.large.members import Members

        reading.lexicon.sets = Members(connection)
    return reading.lexicon.sets


def ending_with(said: Sequence[str], named: list[Filter]) -> list[Filter]:
    """Return the models, of some by their ids, whose ids end with a name of several words as it is
    said, where any do: it is their file's name, while others only have its words.
    """
    whole = [one for one in named if normalise(str(one.value)).endswith("".join(said))]
    return whole if whole and len(said) > 1 else named
