"""Questions for models near a named one: "models similar to dcgan_v2", "more like unet_train"."""

from __future__ import annotations

from modelsearch.query.state import Mention, Reading
from modelsearch.records.question import Filter, ParsedQuery
from modelsearch.records.wordlists import word_set

#: Words before a name that ask for what is near it, by whether "to" must follow.
_NEAR = {
    "similar": True,
    "closest": True,
    "nearest": True,
    "comparable": True,
    "related": True,
    "close": True,
    "akin": True,
    "like": False,
    "resembling": False,
    "resemble": False,
    "resembles": False,
    "near": False,
}
_BETWEEN = frozenset({"to", "the", "my", "our", "model", "script", "notebook", "one", "called"})
_BEFORE = word_set("""
    more most very is are that which look looks quite what other others
""")


def find_similar(reading: Reading, parsed: ParsedQuery) -> None:
    """Take a model's name after "similar to" and the like as what the answer lies near."""
    for index in range(len(reading.tokens)):
        word = reading.lower(index)
        if word not in _NEAR or (_NEAR[word] and reading.lower(index + 1) != "to"):
            continue
        mention = _name_after(reading, index + 1)
        if mention is None or not isinstance(mention.node, Filter):
            from modelsearch.query.names.unfound import unfound_name

            unfound = unfound_name(reading, index + 2) if _NEAR[word] else ""
            if unfound:
                reading.doubts.append(unfound)
            continue
        parsed.similar_to = str(mention.node.value)
        from modelsearch.query.intent.like_a_model import compare_after

        compare_after(reading, parsed.similar_to, mention.last + 1)
        reading.release(mention)
        first = index
        while reading.lower(first - 1) in _BEFORE and reading.free(first - 1, first - 1):
            first -= 1
        detail = f"nearest to {parsed.similar_to} first"
        reading.claim(first, mention.last, "intent", detail)
        reading.note(
            f"Ranked by likeness to {parsed.similar_to}: the words and meaning of its profile."
        )
        return


def _name_after(reading: Reading, index: int) -> Mention | None:
    while reading.lower(index) in _BETWEEN:
        index += 1
    for mention in reading.mentions:
        if mention.first == index and mention.field == "model":
            return mention
    return None
