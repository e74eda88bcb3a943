"""Exact conditions: ``field:value``, ``lr:>1e-3``, ``epochs:10..50``, ``-framework:tensorflow``,
``has:metrics``, ``missing:readme`` and "quoted phrases", all mixable with words.

A comma lists alternatives (``dataset:mnist,cifar-10``). Values with spaces stand in quotes. An
unknown word before a colon is no qualifier; a known one with a value that cannot be read is an
error that says how to write it.
"""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.names.spelling import corrections, nearest
from modelsearch.query.numbers.quantities import read_quantity, tidy
from modelsearch.query.phrasing import prefixes
from modelsearch.query.state import Mention, Reading
from modelsearch.query.tokens import tokenise
from modelsearch.records.errors import UsageError
from modelsearch.records.patterns import DOTALL, IGNORECASE, lazy
from modelsearch.records.question import Filter, Node, Not, join_or
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.vocabulary.fields import FIELDS, Field, find_field, spellings

if TYPE_CHECKING:
    import re

_PREFIXES = "|".join(sorted(prefixes() - {"run"}))
_QUALIFIER = lazy(
    rf"(?<![\w:/.-])(?P<minus>[-!])?(?:(?:{_PREFIXES})\.)?(?P<field>[^\W\d][\w-]*)"
    r"(?P<sign>:|(?<=\w)(?:!=|<>|≠|=/=|=~|!~|~=)|(?<=\w)=(?==?[^\s=])|(?<=\w)=)"
    r"(?P<value>\"[^\"]*\"|'[^']*'|[^\s()\"'][^\s()\"]*)?",
    needs=(":", "=", "<>", "≠", "!~"),
)
_LIKE = lazy(
    r"\b(?P<field>path|name|model|id|file)\s+(?P<not>not\s+)?i?like\s+"
    r"['\"](?P<value>[^'\"]+)['\"]",
    IGNORECASE,
    needs=("'", '"'),
)
#: A field of another tool with its prefix, before a sign.
_FOREIGN = lazy(rf"(?<![\w.])(?:{_PREFIXES})\.(?P<name>[\w.]+)\s*(?=[<>=!≠:])", needs=(".",))
#: One number with commas in it: 10,000 and 0,001; 64,128 are two.
_ONE_NUMBER = lazy(r"[<>=≤≥!]*(?:\d{1,3}(?:,\d{3})*,000|0,\d+(?:[eE][-+]?\d+)?)", needs=(",",))
_PHRASE = lazy(r"\"([^\"]+)\"", needs=('"',))
_OPERATOR = lazy(r"(>=|<=|!=|<>|≠|=>|=<|==|>|<|=|≥|≤|!(?=\d))?(.*)", DOTALL)
_NOT_SIGNS = frozenset({"!=", "<>", "≠", "=/=", "!~"})
_SIGNS = {
    "<>": "!=",
    "≠": "!=",
    "!": "!=",
    "=>": ">=",
    "=<": "<=",
    "==": "=",
    "≥": ">=",
    "≤": "<=",
    "": "=",
}
_NOT = lazy(r"!=|!|<>|≠")
#: Values that deny the word behind them: "optimizer=not Adam".
_DENYING = frozenset({"not", "nicht", "kein", "pas"})
_HAS = {"has": False, "have": False, "missing": True, "no": True, "without": True, "lacks": True}
#: Sources of numbers that may be words instead.
_WORDED = frozenset({"stage text", "sizes"})
_SMALL = frozenset(field.name for field in FIELDS if field.written == "rate") | {"momentum"}


def find_qualifiers(reading: Reading) -> None:
    """Claim every qualifier and quoted phrase. Raises UsageError for a malformed qualifier."""
    for match in _QUALIFIER.finditer(reading.question):
        mention = _qualifier(reading, match)
        if mention is not None:
            reading.mentions.append(mention)
    _find_likes(reading)
    _find_phrases(reading)


def _find_likes(reading: Reading) -> None:
    """Claim "path LIKE 'vae%'", "name like '%v2'"; refuse fields that no tool here has."""
    for match in _LIKE.finditer(reading.question):
        tokens = _tokens_between(reading, match.start(), match.end())
        if tokens is None or not reading.free(*tokens):
            continue
        name = "model" if match["field"].lower() in ("name", "model", "id") else "path"
        span = (match.start(), match.end())
        from modelsearch.query.names.patterns import as_like

        like = Filter(name, "like", as_like(match["value"]), match[0], span)
        reading.mention(*tokens, Not(like) if match["not"] else like, name)
    for match in _FOREIGN.finditer(reading.question):
        name = match["name"]
        if find_field(name) is None and _stored_name(reading, name) is None:
            raise UsageError(
                f"{match[0].strip()!r} names no field here; write for example batch_size:>64, "
                "optimizer:adam or accuracy:>0.9 (`modelsearch fields` lists all)"
            )


def _qualifier(reading: Reading, match: re.Match[str]) -> Mention | None:
    name, value = match["field"], match["value"] or ""
    field = find_field(name)
    has = _HAS.get(name.lower())
    known = has is not None or field is not None
    if match["sign"] in ("=", *_NOT_SIGNS) and (
        not known or (field is not None and field.kind == "number")
    ):
        return None  # "lr=0.1" is read with the numbers
    stored = None if known else _stored_name(reading, name)
    if not known and stored is None:
        _unknown_field(reading, match, name, value)
        return None
    tokens = _tokens_between(reading, match.start(), match.end())
    if tokens is None or not reading.free(*tokens) or value.lower() in _DENYING:
        return None
    if any(token.start < match.end() < token.end for token in reading.tokens):
        raise UsageError(f"{match[0]!r} ends within a number; write it in one word or in quotes")
    value = value.rstrip(",;?!") if not value.startswith(("'", '"')) else value
    if not value:
        _refuse_empty(reading, match, name)
        return None
    if has is not None:
        node: Node = _exists(reading, value.strip("'\""), match)
        node = Not(node) if has else node
        label = getattr(node, "field", "") or getattr(getattr(node, "part", None), "field", "")
    else:
        label = field.name if field is not None else str(stored)
        if value[0] == "-" and value[1:] and field is not None and field.kind == "term":
            return _claimed(
                reading, tokens, Not(_condition(reading, match, label, field, value[1:])), label
            )
        node = _condition(reading, match, label, field, value)
    negated = bool(match["minus"]) != (match["sign"] in _NOT_SIGNS)
    return _claimed(reading, tokens, Not(node) if negated else node, label)


def _claimed(reading: Reading, tokens: tuple[int, int], node: Node, label: str) -> Mention:
    reading.claim(*tokens, "filter", label)
    return Mention(*tokens, node, label)


def _refuse_empty(reading: Reading, match: re.Match[str], name: str) -> None:
    """A colon with nothing behind it is punctuation in a sentence, and an error at the end."""
    rest = reading.question[match.end() :]
    if rest.strip() or (" " in reading.question.strip() and match["minus"] is None):
        return
    field = find_field(name)
    example = f"{field.name}:{_example(field)}" if field else f"{name}:metrics"
    raise UsageError(f"{match[0]!r} has no value; write for example {example}")


def _unknown_field(reading: Reading, match: re.Match[str], name: str, value: str) -> None:
    """Say of "datset:mnist" what was meant; leave "https://…" and "note: …" alone."""
    if not value or value.startswith("/") or match["sign"] != ":":
        return
    from difflib import get_close_matches

    close = get_close_matches(vocabulary.normalise(name), list(spellings()), n=1, cutoff=0.8)
    if close and len(name) > 3:
        meant = spellings()[close[0]].name
        raise UsageError(f"{name!r} names no field; did you mean {meant}:{value}?")
    reading.note(f"{name!r} names no field, so {match[0]!r} is searched as words.")


def _condition(
    reading: Reading, match: re.Match[str], label: str, field: Field | None, value: str
) -> Node:
    kind = field.kind if field is not None else "number"
    if kind == "term" and value[:1] in "<>≤≥" and vocabulary.find("metric", label):
        kind = "number"  # "loss:<0.5" asks for the result of that name
    quoted = value.startswith(("'", '"'))
    parts = [value.strip("'\"")] if quoted else [p for p in value.split(",") if p]
    if kind in ("number", "version", "count") and not quoted and _ONE_NUMBER.fullmatch(value):
        parts = [value]
    text, span = match[0], (match.start(), match.end())
    denied = _NOT.match(value) if kind not in ("date", "number") and len(parts) > 1 else None
    if denied is not None:  # "dataset:!=mnist,cifar-10": neither of them
        return Not(_condition(reading, match, label, field, value[denied.end() :]))
    nodes: list[Node] = []
    for part in parts or [value]:
        if kind == "date":
            nodes.append(_date(reading, label, part, text, span))
        elif kind == "version":
            nodes.append(_version(label, part, text, span))
        elif kind in ("number", "count"):
            nodes.append(_number_or_text(label, field, part, text, span))
        else:
            nodes.append(_term(reading, label, field, part, text, span))
    return join_or(nodes) or nodes[0]


def _number(label: str, value: str, text: str, span: tuple[int, int]) -> Filter:
    low, dots, high = value.partition("..")
    if dots:
        ends = [None if end in ("", "*") else _quantity(end) for end in (low, high)]
        unreadable = any(
            end is None and given not in ("", "*")
            for end, given in zip(ends, (low, high), strict=True)
        )
        if unreadable or ends == [None, None]:
            raise _malformed(label, text)
        if ends[0] is None:
            return Filter(label, "<=", ends[1], text, span)
        if ends[1] is None:
            return Filter(label, ">=", ends[0], text, span)
        if ends[0] > ends[1]:
            raise UsageError(f"{text!r} ends before it begins; write {label}:{high}..{low}")
        return Filter(label, "between", (ends[0], ends[1]), text, span)
    match = _OPERATOR.fullmatch(value)
    sign, rest = (match[1] or "", match[2]) if match else ("", value)
    number = _quantity(rest)
    if number is None:
        raise _malformed(label, text)
    return Filter(label, _SIGNS.get(sign, sign), number, text, span)


def _number_or_text(
    label: str, field: Field | None, value: str, text: str, span: tuple[int, int]
) -> Filter:
    """Read a number; where a field may hold words instead of one (the class that keeps a moving
    average), a word that is stored is read as one.
    """
    try:
        return _number(label, value, text, span)
    except UsageError:
        if field is None or field.source not in _WORDED:
            raise
    return Filter(label, "=", value, text, span)


def _version(label: str, value: str, text: str, span: tuple[int, int]) -> Filter:
    match = _OPERATOR.fullmatch(value)
    sign, rest = (match[1] or "", match[2].strip()) if match else ("", value)
    if not rest[:1].isdigit():
        raise UsageError(
            f"{text!r} is not a version; write for example {label}:2.1 or {label}:>=2.0"
        )
    return Filter(label, _SIGNS.get(sign, sign), rest, text, span)


def _quantity(text: str) -> int | float | None:
    """Return a number with its unit ("20MB", "5M", "90%"), or None."""
    tokens, _ = tokenise(text.strip())
    from datetime import date

    from modelsearch.query.names.lexicon import Lexicon

    negative = bool(tokens) and tokens[0].text == "-"
    scratch = Reading(text.strip(), tokens, Lexicon(), date(2000, 1, 1))
    found = read_quantity(scratch, int(negative)) if len(tokens) > int(negative) else None
    if found is None or found.op != "=" or found.last != len(tokens) - 1:
        return None
    return tidy(-found.low if negative else found.low)


def _date(reading: Reading, label: str, value: str, text: str, span: tuple[int, int]) -> Filter:
    low, dots, high = value.partition("..")
    if dots:
        latest = "" in (low, high) or "*" in (low, high)
        start = None if low in ("", "*") else _period(reading, low, label, text, latest)[0]
        end = None if high in ("", "*") else _period(reading, high, label, text, latest)[1]
        return Filter(label, "in", (start, end), text, span)
    match = _OPERATOR.fullmatch(value)
    sign, rest = (match[1] or "", match[2]) if match else ("", value)
    bounds = _period(reading, rest, label, text, latest=bool(sign.strip("=")))
    chosen = {
        "<": (None, bounds[0]),
        "<=": (None, bounds[1]),
        ">": (bounds[1], None),
        ">=": (bounds[0], None),
    }.get(_SIGNS.get(sign, sign), bounds)
    return Filter(label, "in", chosen, text, span)


def _period(
    reading: Reading, value: str, label: str, text: str, latest: bool = False
) -> tuple[str | None, str | None]:
    """Return the bounds of a period; ``latest`` takes a month without a year as its last one."""
    words = value.strip().replace("_", " ")
    tokens, _ = tokenise(words)
    scratch = Reading(words, tokens, reading.lexicon, reading.today)
    from modelsearch.query.time.intervals import read_interval

    found = read_interval(scratch, 0, sure=True) if tokens else None
    if found is None and "-" in words:
        return _period(reading, words.replace("-", " "), label, text, latest)
    if found is None or found[1] != len(tokens) - 1:
        raise UsageError(
            f"{text!r} is not a date; write for example {label}:2025-03, {label}:>=2025-03-01 "
            f'or {label}:"last week"'
        )
    return (found[0].latest(reading.today) if latest else found[0]).bounds()


def _term(
    reading: Reading, label: str, field: Field | None, value: str, text: str, span: tuple[int, int]
) -> Node:
    sign = _NOT.match(value)
    if sign is not None and value[sign.end() :]:
        return Not(_term(reading, label, field, value[sign.end() :], text, span))
    exact = value.startswith("=")
    value = value.lstrip("=").strip() or value
    if field is None:
        return Filter(label, "=", value, text, span)
    if field.name in ("path", "model"):
        from modelsearch.query.names.patterns import pattern_node

        pattern = pattern_node(reading, label, value, text, span)
        if pattern is not None:
            return pattern
    if field.name == "text":
        return Filter(label, "phrase", value, text, span)
    if field.name == "model":
        return _model(reading, value, text, span)
    if field.kind in ("text", "thing"):
        return Filter(label, "=" if exact else "contains", value, text, span)
    if field.source == "subject":
        term = vocabulary.find("subject", value) or vocabulary.find("subject", value.rstrip("s"))
        return Filter(label, "=", term.name if term else value.lower(), text, span)
    if field.vocabulary:
        return Filter(label, "=", _named(reading, field, value), text, span)
    return Filter(label, "=", value, text, span)


def _model(reading: Reading, value: str, text: str, span: tuple[int, int]) -> Filter:
    connection = reading.lexicon.connection
    if connection is not None:
        from modelsearch.query.names.references import exact_id

        exact = exact_id(connection, value)
        if exact is not None:
            return Filter("model", "=", exact, text, span)
    return Filter("model", "contains", value, text, span)


def _named(reading: Reading, field: Field, value: str) -> str:
    """Return the canonical spelling of a value, corrected and announced when it is misspelt."""
    lexicon = reading.lexicon
    known = lexicon.named(field.vocabulary, value)
    if known is not None:
        return known
    for candidate in corrections(vocabulary.normalise(value), lexicon):
        corrected = lexicon.named(field.vocabulary, candidate)
        if corrected is not None:
            reading.note(f"Read {value!r} as {corrected!r}.")
            return corrected
    close = nearest(
        value, [name for t in vocabulary.terms(field.vocabulary) for name in t.spellings]
    )
    hint = f" Nearest: {', '.join(close)}." if close else ""
    reading.note(f"{value!r} is no {field.name.replace('_', ' ')} that is known here.{hint}")
    return value


def _exists(reading: Reading, value: str, match: re.Match[str]) -> Filter:
    field = find_field(value)
    span = (match.start(), match.end())
    if field is not None:
        return Filter(field.name, "exists", None, match[0], span)
    stored = _stored_name(reading, value)
    if stored is not None:
        return Filter(stored, "exists", None, match[0], span)
    raise UsageError(
        f"{match[0]!r} names no field; write for example has:metrics, has:images or missing:readme"
    )


def _stored_name(reading: Reading, name: str) -> str | None:
    """Return a metric's or stored setting's own name that ``name`` spells, else None."""
    spelling = vocabulary.normalise(name)
    for found in reading.lexicon.lookup([spelling]).get(spelling, ()):
        if found.kind in ("metric", "hyperparameter", "layer_fact"):
            return found.value
    return None


def _find_phrases(reading: Reading) -> None:
    """Claim quoted words as a phrase, unless they are a name, which is read as one."""
    for match in _PHRASE.finditer(reading.question):
        outer = _tokens_between(reading, match.start(), match.end())
        inner = _tokens_between(reading, match.start(1), match.end(1))
        if outer is None or inner is None or not reading.free(*outer):
            continue
        spelling = vocabulary.normalise(match[1])
        if not spelling:
            continue
        names = [
            n
            for n in reading.lexicon.lookup([spelling]).get(spelling, ())
            if n.kind not in ("hyperparameter", "layer_fact")
        ]
        if names:
            reading.claim(outer[0], outer[0], "stop")
            reading.claim(outer[1], outer[1], "stop")
            if names[0].kind not in ("metric", "model", "architecture", "application"):
                node = reading.filter(names[0].kind, "=", names[0].value, *inner)
                reading.mention(*inner, node, names[0].kind)
            continue
        node = Filter("text", "phrase", match[1], match[0], match.span())
        reading.mention(*outer, node, "text")


def _tokens_between(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    inside = [i for i, t in enumerate(reading.tokens) if t.start >= start and t.end <= end]
    return (inside[0], inside[-1]) if inside else None


def _example(field: Field) -> str:
    if field.kind == "number":
        return "1e-3" if field.name in _SMALL else "64"
    if field.kind == "term" and field.vocabulary:
        name = vocabulary.terms(field.vocabulary)[0].name
        return f'"{name}"' if " " in name else name
    return {"date": "2025-03", "thing": "metrics", "term": "script"}.get(field.kind, '"some words"')


def _malformed(label: str, text: str) -> UsageError:
    one, more = ("1e-3", "1e-4..1e-2") if label in _SMALL else ("64", "10..50")
    return UsageError(
        f"{text!r} is not a number; write for example {label}:{one}, {label}:>{one} or "
        f"{label}:{more}"
    )
