"""Words for pictures: colours by all their names, and the forms of a word in names and prompts."""

from __future__ import annotations

from modelsearch.records.jsontext import texts_json

#: Colours as people call them, and the stored name of each.
COLOURS = {
    **{name: name for name in ("black", "white", "grey", "red", "orange", "brown", "yellow",
                               "green", "cyan", "blue", "purple", "pink")},
    "gray": "grey", "greyish": "grey", "grayish": "grey", "reddish": "red", "greenish": "green",
    "bluish": "blue", "yellowish": "yellow", "violet": "purple", "magenta": "pink",
    "turquoise": "cyan", "teal": "cyan", "scarlet": "red", "crimson": "red",
}  # fmt: skip


def forms_of(word: str) -> tuple[str, ...]:
    """A word and what it may be stored as: singular or plural."""
    forms = [word]
    if word.endswith("ies") and len(word) > 4:
        forms.append(word[:-3] + "y")
    if word.endswith("es") and len(word) > 4:
        forms.append(word[:-2])
    if word.endswith(("x", "s", "z", "ch", "sh")):
        forms.append(word + "es")
    forms.append(word[:-1] if word.endswith("s") and not word.endswith("ss") else word + "s")
    return tuple(dict.fromkeys(forms))


def word_forms(value: str) -> str:
    """Return the forms of a picture word as a JSON list; a negation keeps its mark."""
    mark = "not-" if value.startswith("not-") else ""
    return texts_json(mark + form for form in forms_of(value.removeprefix(mark)))
