"""What training data shows: "animal images", "pictures of flowers", "trained on faces".

Words such as ``animal`` or ``street`` say little by themselves, so they count only beside a word
for data or pictures, after "trained on", or as the object of "generate", "classify" and the like.
"""

from __future__ import annotations

from modelsearch import vocabulary
from modelsearch.query.state import Mention, Reading
from modelsearch.query.words import modalities, words
from modelsearch.records.question import And, Filter
from modelsearch.records.wordlists import word_set

_LONGEST = 3
_PICTURE_WORDS = word_set("""
    images pictures photos photographs image picture pics drawings scans recordings portraits
    samples
""")
_DATA_WORDS = frozenset({"data", "dataset", "datasets", "corpus", "corpora", "inputs", "documents"})
_LINKS = word_set("""
    the some any real small color colour a an only different various new fake realistic my of
    images pictures photos
""")
#: Datasets' names that are words for what others show too.
_PLAIN_NAMES = frozenset({"digits", "names", "bedrooms", "facades"})
_ARTICLES = frozenset({"the", "a", "an", "my", "our", "any"})
_CONCERNING = frozenset(
    {"do with", "deal with", "dealing with", "deals with", "related to", "something with"}
)
_OF = frozenset({"of", "with", "showing", "containing", "about", "depicting"})


def find_subjects(reading: Reading) -> None:
    """Claim subsets, subjects and kinds of data."""
    _prefer_subjects(reading)
    _find_subsets(reading)
    index = 0
    while index < len(reading.tokens):
        last = _subject_at(reading, index)
        index = index + 1 if last is None else last + 1
    _find_modalities(reading)
    _find_kinds(reading)
    _find_languages(reading)


def _subject_at(reading: Reading, index: int) -> int | None:
    """Claim a subject that begins at index; return its last token."""
    if not reading.free(index, index):
        return None
    for last, joined in reversed(reading.grams(index, _LONGEST)):
        term = vocabulary.index("subject").get(joined)
        if term is None or joined.isdigit() or not reading.free(index, last):
            continue
        if index == last and reading.lower(index) in words("stop") - {"game", "games"}:
            continue
        if _meant(reading, index, last, term.name):
            node = reading.filter("subject", "=", term.name, index, last)
            reading.mention(index, last, node, "subject")
            return last
    return None


def _meant(reading: Reading, first: int, last: int, subject: str) -> bool:
    """Return whether a word is meant as what data shows, by the words around it."""
    following = reading.lower(last + 1)
    if following in _PICTURE_WORDS or following in _DATA_WORDS:
        return True
    weak = subject in words("weak_subjects")
    if _object_of(reading, first, subject, weak) or _concerns(reading, first):
        return True
    if _list_continues(reading, first, last):
        return True
    if weak:
        return first == 0 and _stands_alone(reading, first, last)
    return _names_a_model(reading, first, last) or _stands_alone(reading, first, last)


def _object_of(reading: Reading, first: int, subject: str, weak: bool) -> bool:
    """Return whether the words before make it an object: "pictures of", "trained on",
    "generates".
    """
    before = first - 1
    while reading.lower(before) in _LINKS and reading.lower(before) not in _OF:
        before -= 1
    word, earlier = reading.lower(before), reading.lower(before - 1)
    if word in _OF and (earlier in _PICTURE_WORDS or _ends_model(reading, before - 1)):
        return True  # "pictures of flowers", "diffusion models of animals"
    if _listed_after_subject(reading, before):
        return True
    verb = earlier if word in ("of", "on") else word
    if verb in words("generate") and subject != "control":
        return True
    return (word in ("for", "on") and not weak) or (
        word == "on" and earlier in ("trained", "learned")
    )


def _list_continues(reading: Reading, first: int, last: int) -> bool:
    """Return whether another subject follows that is meant: "cat and dog classifiers"."""
    if reading.lower(last + 1) not in ("and", "or", ",", "&"):
        return False
    for end, joined in reversed(reading.grams(last + 2, _LONGEST)):
        term = vocabulary.index("subject").get(joined)
        if term is not None and reading.free(last + 2, end):
            return _meant(reading, last + 2, end, term.name)
    return False


def _stands_alone(reading: Reading, first: int, last: int) -> bool:
    """Return whether the question opens with the subject and says no more of it: "flowers"."""
    before = all(reading.lower(i) in words("stop") for i in range(first))
    after = reading.lower(last + 1)
    return before and after in (
        "",
        "?",
        ".",
        ",",
        "but",
        "without",
        "except",
        "not",
        "with",
        "or",
        "and",
    )


def _ends_model(reading: Reading, index: int) -> bool:
    return reading.lower(index) in words("model_words") or any(
        m.last == index and m.field == "family" for m in reading.mentions
    )


def _concerns(reading: Reading, first: int) -> bool:
    """Return whether "to do with", "related to", "about" or "involving" stands before."""
    before = first - 1
    while reading.lower(before) in _ARTICLES:
        before -= 1
    return reading.lower(before) in ("about", "concerning", "regarding", "involving") or (
        reading.words(before - 1, 2) in _CONCERNING and before > 0
    )


def _names_a_model(reading: Reading, first: int, last: int) -> bool:
    """Return whether the subject stands as an adjective: "flower models", "a celebrity VAE"."""
    following = reading.lower(last + 1)
    if following in words("model_words"):
        return True
    return any(
        mention.first == last + 1 and mention.field in ("family", "task")
        for mention in reading.mentions
    )


def _listed_after_subject(reading: Reading, index: int) -> bool:
    """Return whether "and", "or" or a comma at index joins this to a subject before it."""
    if reading.lower(index) not in ("and", "or", ",", "nor"):
        return False
    return any(m.last in (index - 1, index - 2) and m.field == "subject" for m in reading.mentions)


def _find_modalities(reading: Reading) -> None:
    """Claim "tabular data", "text datasets", "trained on audio"."""
    for index in range(len(reading.tokens)):
        pair = reading.words(index, 2)
        count = 2 if " " in pair and pair in modalities() else 1
        value = modalities().get(reading.words(index, count))
        last = index + count - 1
        if value is None or not reading.free(index, last):
            continue
        if _says_modality(reading, index, last):
            node = reading.filter("modality", "=", value, index, last)
            reading.mention(index, last, node, "modality")


def _says_modality(reading: Reading, first: int, last: int) -> bool:
    following = reading.lower(last + 1)
    if following in _DATA_WORDS or following in ("model", "models", "network", "networks"):
        return True
    if reading.words(first - 2, 2) in ("trained on", "learned on"):
        return following not in _OF | _PICTURE_WORDS | {
            "generation",
            "classification",
            "from",
            "size",
            "sizes",
        }
    if reading.lower(first - 1) in ("and", "or", ",") and any(
        m.last == first - 2 and m.field == "modality" for m in reading.mentions
    ):
        return True
    if reading.lower(first - 1) in ("except", "but", "than", "besides"):
        return following not in _PICTURE_WORDS
    ends = following in ("", "?", ".", ",", "and", "or", "but", ")", "with", "using")
    return reading.lower(first - 1) in ("on", "for") and ends and first > 1


def _find_languages(reading: Reading) -> None:
    """Read "German to English" as translation; the languages themselves rank."""
    task = "machine translation"
    for index in range(1, len(reading.tokens) - 1):
        pair = {reading.lower(index - 1), reading.lower(index + 1)}
        joins = reading.lower(index) in ("to", "-", "into")
        if joins and len(pair) == 2 and pair <= words("languages") and reading.free(index, index):
            node = reading.filter("task", "=", task, index - 1, index + 1)
            reading.claim(index, index, "filter", f"task = {task}")
            reading.mentions.append(Mention(index, index, node, "task"))


def _find_kinds(reading: Reading) -> None:
    """Claim "notebooks"; a script may be meant by any word for a model."""
    for index, token in enumerate(reading.tokens):
        if token.lower not in ("notebook", "notebooks", "ipynb") or not reading.free(index, index):
            continue
        first = index - 1 if reading.lower(index - 1) == "jupyter" else index
        node = reading.filter("kind", "=", "notebook", first, index)
        reading.mention(first, index, node, "kind")


def _prefer_subjects(reading: Reading) -> None:
    """Read plain descriptions as what data shows: "movie reviews" are more than one dataset."""
    for mention in reading.mentions:
        node = mention.node
        if mention.field == "task" and isinstance(node, Filter):
            _split_task(reading, mention, node)
        if mention.field != "dataset" or not isinstance(node, Filter):
            continue
        first = _with_word_before(reading, mention)
        text = reading.text(first, mention.last)
        said = vocabulary.index("subject").get(vocabulary.normalise(text))
        same = vocabulary.normalise(text) == vocabulary.normalise(str(node.value))
        plain = text.islower() and "_" not in text and ":" not in text
        described = first < mention.last or reading.lower(mention.last) in _PLAIN_NAMES
        named = reading.lower(mention.last + 1) in _DATA_WORDS
        if said is not None and plain and described and not same and not named:
            reading.claim(first, mention.last, "filter", f"subject = {said.name}")
            mention.first, mention.field = first, "subject"
            mention.node = reading.filter("subject", "=", said.name, first, mention.last)


def _split_task(reading: Reading, mention: Mention, node: Filter) -> None:
    """Read both the task and what it is about: "house price prediction"."""
    for last in range(mention.last - 1, mention.first - 1, -1):
        joined = "".join(token.norm for token in reading.tokens[mention.first : last + 1])
        term = vocabulary.index("subject").get(joined)
        if (
            term is not None
            and term.name not in words("weak_subjects")
            and joined not in set(map(vocabulary.normalise, modalities()))
        ):
            about = reading.filter("subject", "=", term.name, mention.first, last)
            mention.node = And((about, node))
            return


def _with_word_before(reading: Reading, mention: Mention) -> int:
    """Return where a description begins that ends with a name: "handwritten digits"."""
    before = mention.first - 1
    if before >= 0 and reading.free(before, before):
        joined = "".join(t.norm for t in reading.tokens[before : mention.last + 1])
        if joined in vocabulary.index("subject"):
            return before
    return mention.first


def _find_subsets(reading: Reading) -> None:
    """Claim "the cats and dogs of CIFAR-10": classes that were kept of a dataset."""
    for mention in [m for m in reading.mentions if m.field == "dataset"]:
        of = mention.first - 1
        while reading.lower(of) in ("the", "my"):
            of -= 1
        term = vocabulary.find("dataset", str(getattr(mention.node, "value", "")))
        if term is not None and term.modality not in (None, "image"):
            continue  # only pictures are kept by class
        if reading.lower(of) not in ("of", "from", "in") or of == 0:
            continue
        _claim_classes(reading, of - 1)


def _claim_classes(reading: Reading, last: int) -> None:
    """Claim class names that end at a token, joined by "and" or commas, as subset filters."""
    index = last
    while index >= 0:
        covering = next(
            (
                m
                for m in reading.mentions
                if m.last == index and m.first < index and m.field == "dataset"
            ),
            None,
        )
        if covering is not None and _two_classes(reading, covering.first, covering.last):
            reading.release(covering)
        word = reading.lower(index)
        term = vocabulary.index("subject").get(reading.tokens[index].norm) or vocabulary.index(
            "subject"
        ).get(reading.tokens[index].norm.removesuffix("s"))
        if not reading.free(index, index) or term is None or word in words("image_words"):
            return
        if term.name in words("weak_subjects"):
            return
        node = reading.filter("subset", "contains", term.name, index, index)
        reading.mention(index, index, node, "subset")
        index -= 1
        if reading.lower(index) not in ("and", ",", "&"):
            return
        index -= 1


def _two_classes(reading: Reading, first: int, last: int) -> bool:
    return any(reading.lower(i) in ("and", "&", "vs") for i in range(first, last + 1))
