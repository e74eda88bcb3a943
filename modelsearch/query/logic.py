"""And, or, not: from mentions in the order of the question to one boolean tree.

Parts of a question narrow each other. Between two values of one field, "or" means either. "And"
means both where a model may have both (techniques, families it uses), and either where it has
one (datasets, optimizers, months); a note says so when either was assumed. A negation reaches
over the list that follows it and ends at "but", at a new verb or preposition, or at another
field. An "or" between different fields joins whole parts when both sides name the same kinds of
things ("GANs on MNIST or VAEs on CIFAR-10"), else just its two neighbours.
"""

from __future__ import annotations

from modelsearch.query.state import Entry, Mention, Reading, is_open, unread_word
from modelsearch.query.turning import denial_behind
from modelsearch.query.words import words
from modelsearch.records.question import And, Filter, Node, Not, Or, join_and, join_or
from modelsearch.records.structs import field, mutable
from modelsearch.records.wordlists import word_set
from modelsearch.vocabulary import ancestors

#: Fields of which a model has one value: "Adam and SGD" can only mean models with either.
_SINGLE = word_set("""
    dataset framework optimizer scheduler hardware task architecture application model kind
    created modified modality path repository image_kind epoch
""")
#: Where models lie: "everything but PPO in cleanrl" stays in cleanrl.
_PLACES = frozenset({"path", "repository"})
_AND = frozenset({"and", "&", "as well as", "along with", "plus", "together"})
_OR = frozenset({"or", "|", "/", "versus", "vs"})
#: What "everything except" leaves out is all that follows, up to the next "and" or comma.
_WHOLE = frozenset({"everything", "anything", "all"})
#: What begins the wanted part behind one that is not: "no GANs, only VAEs", "…, show me VAEs".
_WANTED = frozenset({"only", "just", "show", "give", "list", "find", "get", "want", "need",
                     "prefer", "solely", "exclusively", "simply", "nur",
                     "seulement", "solo", "sólo", "solamente"})  # fmt: skip
_PREFIXES = frozenset({"non", "-", "!"})
_COMMA = frozenset({",", ";"})
#: What ends a part of a sentence.
_PARTS = frozenset({"but", ".", "?", "!", "while", "although", "though"})
_NOT_LOGIC = word_set("""
    remember know care recall mind understand think forget matter sure exactly mean
""")


@mutable
class _Scanner:
    """Reads tokens into entries; one per level of parentheses."""

    entries: list[Entry] = field(default_factory=list)
    joiner: str = ""
    negated: bool = False
    both: bool = False
    fresh: bool = False
    strict: bool = False
    verb: str = ""
    whole: bool = False
    prefix: bool = False
    negator: int = -1
    lost: bool = False  #: whether the alternative behind an "or" was not read

    def add(self, entry: Entry) -> None:
        """Append an entry, with the connectives read since the last one."""
        before = self.entries[-1] if self.entries else None
        if before is not None and self._one_phrase(before, entry):
            before.node, before.field = And((before.node, entry.node)), ""
            before.last, self.fresh = entry.last, False
            return
        entry.joiner, entry.fresh, entry.both = self.joiner, self.fresh, self.both
        entry.strict_or, entry.verb = self.strict, self.verb
        carried = (
            before is not None
            and before.negated
            and not before.freed
            and bool(self.joiner)
            and not self.fresh
            and (before.field == entry.field or self.joiner in ("or", "nor"))
        )
        entry.negated = self.negated or carried
        if carried and entry.joiner == "or":
            entry.joiner = "nor"  # "not CIFAR-10 or Adam" leaves out both
        self.entries.append(entry)
        self.joiner = ""
        self.negated = self.both = self.fresh = self.strict = self.lost = False

    def _one_phrase(self, before: Entry, entry: Entry) -> bool:
        """Return whether a negation also covers what follows: "except MNIST GANs" means both."""
        if not before.negated or self.joiner or self.negated or before.field == entry.field:
            return False
        if self.fresh and entry.field in _PLACES:
            return False
        beside = entry.first == before.last + 1 and not self.prefix
        return beside or self.whole

    def connect(self, joiner: str) -> None:
        """Note a connective; "or" is stronger than "and", which is stronger than a comma."""
        rank = {"": 0, "comma": 1, "and": 2, "or": 3, "nor": 4}
        if rank[joiner] > rank[self.joiner]:
            self.joiner = joiner

    def end_scope(self) -> None:
        """Let no negation reach further ("but", a full stop)."""
        self.fresh = True
        self.connect("and")


def build_tree(reading: Reading) -> Node | None:
    """Return the boolean tree of all mentions."""
    return join_entries(reading, _either_model(scan(reading)))


def _either_model(entries: list[Entry]) -> list[Entry]:
    """Join models by "or", however they are listed: no model is two models."""
    models = [one for one in entries if one.field == "model" and not one.negated]
    if len(models) < 2:
        return entries
    either = join_or([one.node for one in models])
    models[0].node = either if either is not None else models[0].node
    return [one for one in entries if one not in models[1:]]


def scan(
    reading: Reading,
    first: int = 0,
    last: int | None = None,
    mentions: list[Mention] | None = None,
) -> list[Entry]:
    """Return the entries of a stretch of tokens, with their connectives."""
    chosen = reading.mentions if mentions is None else mentions
    starts = {mention.first: mention for mention in chosen}
    stack = [_Scanner()]
    index, end = first, len(reading.tokens) - 1 if last is None else last
    while index <= end:
        mention = starts.get(index)
        if mention is not None:
            entry = Entry(
                mention.node,
                mention.field,
                plural=mention.plural,
                one_sided=mention.one_sided,
                first=mention.first,
                last=mention.last,
            )
            if stack[-1].negated:
                reading.applied.add(stack[-1].negator)
            stack[-1].add(entry)
            index = mention.last + 1 + _freed(reading, stack[-1].entries, mention.last + 1)
            continue
        index += _connective(reading, stack, index)
    while len(stack) > 1:
        _close(reading, stack)
    if stack[0].negated:
        reading.unapplied.add(stack[0].negator)
    if not any(entry.negated for entry in stack[0].entries):
        return stack[0].entries
    from modelsearch.query.exemptions import say_what_is_both, with_exemptions

    entries = with_exemptions(reading, stack[0].entries)
    say_what_is_both(reading, entries)
    return entries


def _freed(reading: Reading, entries: list[Entry], index: int) -> int:
    """Read "attention-free" as a negation of the last entry; return how many tokens say so."""
    count, entry = denial_behind(reading, index), entries[-1]
    if count:
        before = entries[-2] if len(entries) > 1 else entry
        if entry.joiner in ("and", "or") and before.field == entry.field and not before.negated:
            said = reading.text(before.first, index + count - 1)
            reading.doubts.append(
                f"it is not clear which of the names {said!r} denies; write not before each"
            )
        entry.negated, entry.freed = not entry.negated, True
        reading.claim(index, index + count - 1, "logic", "not")
    return count


def _connective(reading: Reading, stack: list[_Scanner], index: int) -> int:
    """Apply the token at index to the scanner; return how many tokens were used."""
    word, scanner = reading.lower(index), stack[-1]
    if reading.uses[index] == "filter":
        return 1  # the "or" of "2 or 3 layers", which joins the numbers
    if word == "(":
        _end_alternative(reading, scanner, index, True)
        stack.append(_Scanner())
        reading.claim(index, index, "logic")
    elif word == ")":
        if len(stack) > 1:
            _close(reading, stack)
        reading.claim(index, index, "logic")
    else:
        negation = negation_at(reading, index)
        _end_alternative(reading, scanner, index, negation > 0)
        if negation:
            scanner.negated = not scanner.negated
            scanner.prefix, scanner.negator = word in _PREFIXES, index
            scanner.whole = not scanner.entries and _excludes_all(reading, index)
            reading.claim(index, index + negation - 1, "logic", "not")
            return negation
        _joining_word(reading, scanner, index, word)
        if scanner.negated and reading.tokens[index].kind == "number" and not reading.uses[index]:
            scanner.negated = False  # what it denies was not read: it reaches nothing else
            reading.unapplied.add(scanner.negator)
    return 1


def _end_alternative(reading: Reading, scanner: _Scanner, index: int, denied: bool) -> None:
    """Let the "or" of an unread alternative join nothing behind: "GANs or quantum on MNIST"."""
    word = reading.lower(index)
    if scanner.joiner != "or":
        return
    ends = word in _AND or word in _COMMA or word in _PARTS or word in words("clause")
    if scanner.lost and (denied or ends):
        scanner.joiner = "and"
    elif unread_word(reading, index) and not denied:
        scanner.lost = True


def _excludes_all(reading: Reading, index: int) -> bool:
    """Return whether "everything", "anything" or "all" stands at a negation or right before it."""
    before = index - 1
    while reading.lower(before) in ("models", "model", "the", "my"):
        before -= 1
    excepting = reading.lower(index) not in ("not", "no", "without", "never")
    return excepting and (reading.lower(before) in _WHOLE or reading.lower(index) in _WHOLE)


def _joining_word(reading: Reading, scanner: _Scanner, index: int, word: str) -> None:
    if word in _AND or word == "also":
        scanner.connect("and")
    elif word in _OR:
        if word == "/" and index and unread_word(reading, index - 1):
            return  # "src/attention": what stands before it is no alternative
        scanner.connect("or")
        scanner.strict = scanner.strict or reading.tokens[index].text == "OR"
    elif word == "nor":
        scanner.connect("nor")
        scanner.negated = True
    elif word in _COMMA:
        scanner.connect("comma")
    elif word in _PARTS or (word in _WANTED and scanner.entries and scanner.entries[-1].negated):
        scanner.end_scope()
    elif word == "both":
        scanner.both = True
    elif word in words("clause"):
        scanner.verb = word
        scanner.fresh = True
    else:
        return
    if not reading.uses[index] and word not in words("clause"):
        reading.claim(index, index, "logic" if word not in (".", "?", "!") else "stop", word)


def _close(reading: Reading, stack: list[_Scanner]) -> None:
    """End a parenthesis: its entries become one entry of the level above."""
    closed = stack.pop()
    inner = closed.entries
    node = join_entries(reading, inner)
    if closed.negated:
        reading.unapplied.add(closed.negator)  # "attention (no)"
    if node is not None:
        if stack[-1].negated:
            reading.applied.add(stack[-1].negator)
        fields = {entry.field for entry in inner}
        stack[-1].add(Entry(node, fields.pop() if len(fields) == 1 else "", first=inner[0].first))


def negation_at(reading: Reading, index: int) -> int:
    """Return how many tokens from index on say "not", else 0."""
    if not is_open(reading, index):
        return 0
    for count in (3, 2):
        if reading.words(index, count) in words("not_only"):
            return 0
    for count in (3, 2):
        taken = range(index + 1, min(index + count, len(reading.tokens)))
        whole = all(is_open(reading, at) for at in taken)  # not "with no more than 20 epochs"
        if whole and reading.words(index, count) in words("negator_phrases"):
            return count
    word = reading.lower(index)
    if word in ("-", "!") and index + 1 < len(reading.tokens) and reading.tokens[index + 1].glued:
        first = index == 0 and word == "-"
        apart = not reading.tokens[index].glued or reading.lower(index - 1) in ("(", "[")
        return int(apart and not first)
    if word not in words("negators"):
        return 0
    following = reading.lower(index + 1)
    if following in _NOT_LOGIC or (word in ("can't", "cannot", "couldn't") and following == "find"):
        return 0
    if word == "non" and following == "-":
        return 2
    return 1


def join_entries(reading: Reading, entries: list[Entry]) -> Node | None:
    """Return the tree of entries in their order."""
    runs = _runs(entries)
    alternatives: list[list[list[Entry]]] = [[]]
    shared: list[list[Entry]] = []
    for run in runs:
        if alternatives[-1] and run[0].joiner == "or":
            _alternate(alternatives, shared, run)
        else:
            alternatives[-1].append(run)
    parts = [join_and([_join_run(reading, run) for run in one]) for one in alternatives]
    either = join_or([part for part in parts if part is not None])
    before = [_join_run(reading, run) for run in shared]
    return join_and([*before, *([either] if either is not None else [])])


def _alternate(
    alternatives: list[list[list[Entry]]], shared: list[list[Entry]], run: list[Entry]
) -> None:
    """Begin an alternative at a run joined by "or" to what stands before it."""
    current = alternatives[-1]
    if not run[0].strict_or:
        for place in range(len(current) - 1, -1, -1):
            if current[place][0].field == run[0].field and current[place][0].field:
                # "GANs on MNIST or VAEs on CIFAR-10": the whole part from the GANs on.
                if len(alternatives) == 1:
                    shared.extend(current[:place])
                    alternatives[0] = current[place:]
                alternatives.append([run])
                return
    # Otherwise just the two neighbours: they become one entry.
    left = current.pop()
    nodes = [join_and([entry.tree() for entry in side]) for side in (left, run)]
    both = join_or([node for node in nodes if node is not None])
    if both is not None:
        current.append([Entry(both, "", first=left[0].first)])


def _runs(entries: list[Entry]) -> list[list[Entry]]:
    """Group neighbours that list values of one field."""
    runs: list[list[Entry]] = []
    for entry in entries:
        previous = runs[-1][-1] if runs else None
        same = (
            previous is not None
            and bool(entry.joiner)
            and previous.field == entry.field
            and bool(entry.field)
            and previous.negated == entry.negated
        )
        if same:
            runs[-1].append(entry)
        else:
            runs.append([entry])
    return runs


def _join_run(reading: Reading, run: list[Entry]) -> Node:
    if len(run) == 1:
        return run[0].tree()
    nodes = [entry.node for entry in run]
    if run[0].negated:
        return And(tuple(Not(node) for node in nodes))
    if any(entry.joiner in ("or", "nor") for entry in run[1:]):
        return join_or(nodes) or nodes[0]
    if _means_both(run):
        return join_and(nodes) or nodes[0]
    either = join_or(nodes) or nodes[0]
    if isinstance(either, Or):
        reading.note(
            f"Took {_listed(reading, run)} as either of them; say 'both' for models with all."
        )
    return either


def _means_both(run: list[Entry]) -> bool:
    """Return whether "A and B" of one field asks for models that have both."""
    if any(entry.both for entry in run) or any(entry.one_sided for entry in run):
        return True
    name = run[0].field
    if name == "family":
        if _one_within_another(run):
            return False  # "DDPG and TD3": every TD3 is a DDPG
        used = run[0].verb in words("using")
        return used or not any(entry.plural for entry in run)
    return name not in _SINGLE and name != "subject"


def _one_within_another(run: list[Entry]) -> bool:
    """Return whether a family of a list is a narrower kind of another one of it."""
    names = [str(entry.node.value) for entry in run if isinstance(entry.node, Filter)]
    return any(above in names for name in names for above, _ in ancestors("family", name))


def _listed(reading: Reading, run: list[Entry]) -> str:
    names = [getattr(entry.node, "text", "") or entry.field for entry in run]
    return " and ".join(repr(name) for name in names)
