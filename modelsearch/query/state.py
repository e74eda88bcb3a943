"""The working state of one parse: tokens, who claimed each, and the mentions found so far."""

from __future__ import annotations

from datetime import date

from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.tokens import LONGEST, Token, grams
from modelsearch.query.words import words
from modelsearch.records.question import Filter, Node, Not, Value
from modelsearch.records.spans import is_letter
from modelsearch.records.structs import mutable


@mutable
class Mention:
    """A condition and the tokens (first to last, both included) that state it."""

    first: int
    last: int
    node: Node
    field: str
    plural: bool = False

    @property
    def one_sided(self) -> bool:
        """Return whether this is a bound such as "over 10" or "since May", which others may
        narrow.
        """
        node = self.node
        if not isinstance(node, Filter):
            return False
        open_interval = node.op == "in" and isinstance(node.value, tuple) and None in node.value
        return node.op in ("<", "<=", ">", ">=") or open_interval


@mutable
class Entry:
    """A condition with how it is joined to the one before it.

    ``verb`` is the last opening word before it ("using", "on"); ``fresh`` says that such a word
    stands between it and the entry before, ``freed`` that a word behind it denies it alone.
    """

    node: Node
    field: str
    joiner: str = ""
    negated: bool = False
    plural: bool = False
    both: bool = False
    fresh: bool = False
    strict_or: bool = False
    verb: str = ""
    one_sided: bool = False
    first: int = 0
    last: int = 0
    freed: bool = False

    def tree(self) -> Node:
        """The condition, under its negation if it has one."""
        return Not(self.node) if self.negated else self.node


class Reading:
    """What the stages of the parser share. A token is claimed at most once."""

    def __init__(self, question: str, tokens: list[Token], lexicon: Lexicon, today: date) -> None:
        self.question = question
        self.tokens = tokens
        self.lexicon = lexicon
        self.today = today
        #: The tokens before any was corrected.
        self.read_first = tuple(tokens)
        self.uses = [""] * len(tokens)
        self.details = [""] * len(tokens)
        self.mentions: list[Mention] = []
        self.notes: list[str] = []
        #: Negations by their tokens: those that a look at the conditions found to deny one, and
        #: those that another look found to deny nothing.
        self.applied: set[int] = set()
        self.unapplied: set[int] = set()
        #: What to ask back about denials whose object was not understood.
        self.doubts: list[str] = []
        #: How deep a period is being read within others ("the first week of the last month of …").
        self.nesting = 0
        #: Words that stand for something wider; models that have them in their names come first.
        self.first_named: list[str] = []
        self._lowers = [token.lower for token in tokens]
        self._plain: str | None = None
        self._starts: list[int] = []
        self._grams: dict[int, list[tuple[int, str]]] = {}

    def free(self, first: int, last: int) -> bool:
        """Return whether no token from first to last is claimed (and all exist)."""
        return 0 <= first <= last < len(self.tokens) and not any(self.uses[first : last + 1])

    @property
    def foreign(self) -> bool:
        """Whether some word of another language was read as an English one."""
        english = words("english", "stop", "negators")
        return any(
            token.kind == "word"
            and token.lower != token.text.casefold()
            and token.text.replace(" ", "").isalpha()
            and token.text.casefold().split(" ")[0] not in english
            for token in self.read_first
        )

    def lower(self, index: int) -> str:
        """Return the token at index in lower case, or nothing beyond the ends."""
        return self._lowers[index] if 0 <= index < len(self._lowers) else ""

    def say(self, instead: dict[int, str]) -> None:
        """Let tokens be read as other words: those of a date in another language as English
        ones.
        """
        for index, word in instead.items():
            self._lowers[index] = word

    def words(self, first: int, count: int) -> str:
        """Return the next ``count`` tokens in lower case, joined by single spaces."""
        return " ".join(self._lowers[first : first + count])

    def grams(self, start: int, longest: int = LONGEST) -> list[tuple[int, str]]:
        """Return (last token, joined spelling) of the runs of at most so many words that begin at
        a token, shortest first, as :func:`modelsearch.query.tokens.grams` joins them; none beyond
        the end.
        """
        known = self._grams.get(start)
        if known is None:
            known = list(grams(self.tokens, start)) if start < len(self.tokens) else []
            self._grams[start] = known
        return known[:longest]

    def text(self, first: int, last: int) -> str:
        """Return the question's own words from token ``first`` to ``last``."""
        return self.question[self.tokens[first].start : self.tokens[last].end]

    def inside(self, start: int, end: int) -> list[int]:
        """Return the tokens that lie between two places of the question."""
        return [i for i, one in enumerate(self.tokens) if start <= one.start and one.end <= end]

    def claim(self, first: int, last: int, use: str, detail: str = "") -> None:
        """Mark tokens as used; those already claimed keep their claim."""
        for index in range(max(first, 0), min(last, len(self.tokens) - 1) + 1):
            if not self.uses[index]:
                self.uses[index] = use
                self.details[index] = detail

    def respell(self, index: int, token: Token) -> None:
        """Read a token as another one from here on."""
        self.tokens[index] = token
        self._lowers[index] = token.lower
        self._plain = None
        self._grams.clear()

    @property
    def plain(self) -> str:
        """The question in lower case with its misspelt words corrected, for patterns."""
        if self._plain is None:
            parts, end = [], 0
            self._starts = []
            length = 0
            for token, lower in zip(self.tokens, self._lowers, strict=True):
                gap = self.question[end : token.start].lower()
                length += len(gap)
                self._starts.append(length)
                parts += [gap, lower]
                length += len(lower)
                end = token.end
            self._plain = "".join(parts)
        return self._plain

    def within(self, start: int, end: int) -> range:
        """Return the tokens that lie between two places of :attr:`plain`."""
        self.plain  # noqa: B018  (fills the places)
        inside = [
            i
            for i, place in enumerate(self._starts)
            if start <= place and place + len(self._lowers[i]) <= end
        ]
        return range(inside[0], inside[-1] + 1) if inside else range(0)

    def release(self, mention: Mention) -> None:
        """Take a mention back."""
        self.mentions.remove(mention)
        for index in range(mention.first, mention.last + 1):
            self.uses[index] = self.details[index] = ""

    def filter(self, field_name: str, op: str, value: Value, first: int, last: int) -> Filter:
        """Make a filter that remembers the words it came from."""
        span = (self.tokens[first].start, self.tokens[last].end)
        return Filter(field_name, op, value, self.text(first, last), span)

    def mention(
        self, first: int, last: int, node: Node, field_name: str, *, plural: bool = False
    ) -> Mention:
        """Claim tokens for a condition and keep it."""
        self.claim(first, last, "filter", describe(node))
        found = Mention(first, last, node, field_name, plural)
        self.mentions.append(found)
        return found

    def note(self, sentence: str) -> None:
        """Tell the user something once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


def is_open(reading: Reading, index: int) -> bool:
    """Return whether a token is free or was read as "not" by an earlier look at the same
    question.
    """
    return 0 <= index < len(reading.tokens) and (
        not reading.uses[index] or (reading.uses[index], reading.details[index]) == ("logic", "not")
    )


def unread_word(reading: Reading, index: int) -> bool:
    """Return whether a token is a word with a meaning that nothing read."""
    token = reading.tokens[index]
    return (
        reading.uses[index] == ""
        and token.kind == "word"
        and len(token.text) > 1
        and all(map(is_letter, token.text[:2]))
        and reading.lower(index) not in words("stop")
    )


def describe(node: Node) -> str:
    """Return a condition in a few characters: ``batch_size > 64``, ``dataset = MNIST or …``."""
    if isinstance(node, Filter):
        if node.by is not None:
            return f"{node.field} = {node.value} called {node.text!r} ({describe(node.by)})"
        if node.op == "exists":
            return f"{node.field} known"
        value = node.value
        name = f"{node.split} {node.field}".strip()
        if node.op == "among" and isinstance(value, tuple):
            return f"{name} is one of {len(value)} called {node.text!r}"
        if isinstance(value, tuple):
            return f"{name} {node.op} " + " .. ".join("" if v is None else str(v) for v in value)
        return f"{name} {node.op} {value}"
    if hasattr(node, "part"):
        return f"not {describe(node.part)}"
    joiner = " or " if type(node).__name__ == "Or" else " and "
    return "(" + joiner.join(describe(part) for part in node.parts) + ")"
