"""The words that no stage used: which rank, which exclude, and the notes about them.

A question never loses a condition silently. A number that belongs to nothing stored, a field that
stands without its number and a word that was negated each get a line that says what became of it.
"""

from __future__ import annotations

from modelsearch.query.logic import negation_at
from modelsearch.query.names.spelling import is_negator
from modelsearch.query.numbers.quantities import comparison_at, read_number
from modelsearch.query.state import Reading
from modelsearch.query.tokens import Token
from modelsearch.query.turning import denied_before, denied_with
from modelsearch.query.words import contract_words, words
from modelsearch.records.question import Filter, Not
from modelsearch.records.wordlists import word_set
from modelsearch.vocabulary.fields import spellings

#: Fields whose words in a question ask for a number.
_WANT_NUMBERS = {
    "learning_rate": "below 1e-3",
    "batch_size": "over 64",
    "epochs": "over 100",
    "weight_decay": "over 0",
    "parameters": "under 5M",
    "latent_size": "128",
    "hidden_size": "of 512",
    "image_size": "of 64",
}
_PLAIN = frozenset({"weights", "latent", "latents", "units", "latentspace", "depth", "bottleneck"})
_NAMED = frozenset({"technique", "scheduler", "loss", "optimizer"})
_UNTOLD = frozenset(
    {"v", "version", "top", "bottom", "first", "last", "part", "chapter", "model", "level"}
)
_SKIPPED = word_set("""
    a an any the on using use uses with about in for of trained those that are is single
""")
_MOST_NOTES = 3
_MOST_WORDS = 12
_LONGEST_NAME = 4  #: tokens of a setting's name, its signs counted


def leave_out_words(reading: Reading) -> None:
    """Turn "not latent", "without lego", whose word names nothing, into a condition on the texts.

    To rank by a word that is unwanted would be the opposite of what was asked.
    """
    for index in range(len(reading.tokens)):
        if not negation_at(reading, index) or denied_before(reading, index):
            continue
        at = index + negation_at(reading, index)
        # "never saw CelebA" denies the data, not the seeing.
        while reading.lower(at) in _SKIPPED | contract_words("links") and reading.free(at, at):
            at += 1
        if not _content(reading, at) or reading.lower(at) in words("clause"):
            continue
        if reading.lower(index) == "non":
            reading.note(f"{reading.text(index, at)!r} names nothing here, so it filters nothing.")
            continue
        said = reading.tokens[index].text + reading.tokens[at].text
        if is_negator(reading.lower(index) + reading.lower(at)) or is_negator(said.casefold()):
            continue  # "lack ing", "excl udes"
        doubt = denied_with(reading, index, at)
        if reading.lower(at) in contract_words("nobody"):
            doubt = doubt or f"it is not clear what {reading.text(index, at)!r} excludes"
        if doubt:
            reading.doubts.append(doubt)
            continue
        word = reading.tokens[at].text
        span = (reading.tokens[index].start, reading.tokens[at].end)
        phrase = Filter("text", "phrase", word, reading.text(index, at), span)
        reading.mention(index, at, Not(phrase), "text")
        reading.note(f"{word!r} names nothing here; left out the models whose texts contain it.")


def note_unbound_numbers(reading: Reading) -> None:
    """Say which numbers belong to nothing that is stored, so that they only rank."""
    index = noted = 0
    while index < len(reading.tokens) and noted < _MOST_NOTES:
        op, skip = comparison_at(reading, index)
        number = read_number(reading, index + skip) if reading.free(index, index) else None
        if number is None:
            index += 1
            continue
        name = _name_before(reading, index)
        if name and (op or name not in _UNTOLD):
            said = reading.text(index, number.last)
            reading.note(
                f"{_stored_elsewhere(reading, name, index, said)}, so {said!r} filters nothing."
            )
            if skip > 1:  # its "than" is not asked back, too
                reading.claim(index, index + skip - 1, "intent", "compares nothing stored")
            noted += 1
        index = number.last + 1


def _stored_elsewhere(reading: Reading, name: str, index: int, said: str) -> str:
    """Say that the number at index is stored of runs or checkpoints alone, or nowhere."""
    connection = reading.lexicon.connection
    if connection is not None:
        from modelsearch.query.names.recorded_names import RecordedNames

        names = [reading.text(at, index - 1) for at in range(max(index - _LONGEST_NAME, 0), index)]
        for thing in ("runs", "checkpoints"):
            recorded = RecordedNames(connection, thing)
            its = next((one for one in (*names, name) if recorded.names(one)), None)
            if its is not None:
                return (
                    f"{its!r} is a setting that {thing} recorded and no script states "
                    f"(ask for '{thing} with {its} {said}')"
                )
    return f"No number called {name!r} is stored here"


def note_missing_numbers(reading: Reading, ordered_by: str = "") -> None:
    """Say which fields stand without a number ("a small learning rate"), and keep their words."""
    for index in range(len(reading.tokens)):
        for last, joined in reversed(reading.grams(index, 3)):
            field = spellings().get(joined)
            wanted = _WANT_NUMBERS.get(field.name) if field else None
            if field is None or wanted is None or joined in _PLAIN:
                continue
            if not reading.free(index, last):
                continue
            if field.name == ordered_by:
                reading.claim(index, last, "sort", ordered_by)
                break
            said = reading.text(index, last)
            reading.note(
                f"{said!r} stands without a number, so it filters nothing; "
                f"write for example '{field.name.replace('_', ' ')} {wanted}'."
            )
            reading.claim(index, last, "text")
            break


def note_left_words(reading: Reading, *, conditions: bool) -> None:
    """Say which content words nothing used: those that stand nowhere, and those that only order."""
    left = [token for index, token in enumerate(reading.tokens) if _content(reading, index)]
    said = [token for token in left if not any(repr(token.text) in note for note in reading.notes)]
    nowhere = [token.text for token in said if not _stands_here(reading, token)]
    if nowhere and reading.lexicon.connection is not None:
        reading.note(f"Nothing in this database contains {_listed(nowhere)}.")
    ordering = [token.text for token in said if token.text not in nowhere]
    if ordering and conditions:
        many = len(ordering) > 1
        reading.note(
            f"{_listed(ordering)} {'name' if many else 'names'} nothing that filters here; "
            f"{'they' if many else 'it'} only {'order' if many else 'orders'} the results."
        )


def _stands_here(reading: Reading, token: Token) -> bool:
    """Return whether a text or a name here has a word, in any of its forms."""
    return reading.lexicon.has_word(token.text)


def _listed(texts: list[str]) -> str:
    shown = [repr(text) for text in dict.fromkeys(texts)][:_MOST_WORDS]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def residual_text(reading: Reading) -> str:
    """Return the content words that nothing used; mark them, and the stop words, as such."""
    left = []
    for index, token in enumerate(reading.tokens):
        if not reading.uses[index]:
            stop = not token.is_word or reading.lower(index) in words("stop")
            reading.uses[index] = "stop" if stop else "text"
        if reading.uses[index] == "text":
            left.append(token.text)
    return " ".join(left)


def _content(reading: Reading, index: int) -> bool:
    if not reading.free(index, index):
        return False
    token = reading.tokens[index]
    return token.kind == "word" and len(token.norm) > 1 and token.lower not in words("stop")


def _name_before(reading: Reading, index: int) -> str:
    """Return the words right before a number that should have named it, if any."""
    at = index - 1
    while reading.lower(at) in ("of", "=", ":", "is", "at", "to", "set") and at > 0:
        at -= 1
    mention = next((m for m in reading.mentions if m.last == at and m.field in _NAMED), None)
    if mention is not None:
        return reading.text(mention.first, mention.last)
    first = at
    while (
        first >= 0 and at - first < 3 and (_content(reading, first) or _within_name(reading, first))
    ):
        first -= 1
    return reading.text(first + 1, at) if first < at else ""


def _within_name(reading: Reading, index: int) -> bool:
    """Return whether a sign or single letter at index joins the words beside it:
    ``n_estimators``.
    """
    token = reading.tokens[index]
    letter = len(token.norm) == 1 and token.lower not in words("stop")
    return reading.free(index, index) and (token.text == "_" or letter)
