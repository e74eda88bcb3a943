"""Questions for pictures: which model's, of which epoch, of which kind, in which order."""

from __future__ import annotations

from modelsearch.query.logic import join_entries, scan
from modelsearch.query.state import Mention, Reading
from modelsearch.query.words import words
from modelsearch.records.question import Filter, ImagePart, Node, Not, ParsedQuery, Sort, join_or
from modelsearch.vocabulary.fields import PICTURES
from modelsearch.vocabulary.picture_words import COLOURS

_PICTURES = frozenset({"images", "image", "pictures", "picture", "photos", "photo", "pics",
                       "samples", "sample", "thumbnails", "plots", "plot", "curves", "curve",
                       "animations", "animation", "gifs", "gif", "reconstructions",
                       "reconstruction", "interpolations", "figures", "snapshots", "outputs",
                       "matrix", "matrices", "heatmap", "heatmaps", "diagram",
                       "diagrams"})  # fmt: skip
_BEFORE_HEAD = frozenset({"sample", "generated", "last", "first", "latest", "final", "newest",
                          "oldest", "loss", "training", "learning", "accuracy", "reward",
                          "animated", "output", "saved", "epoch", "confusion", "latent",
                          "attention", "reconstructed", "synthetic", "test", "earliest", "result",
                          "progress", "visual", "mostly", "mainly",
                          "predominantly", "unowned", "orphan", "orphaned",
                          "ownerless"})  # fmt: skip
_MADE = frozenset({"generated", "generate", "generates", "produced", "produce", "made", "by",
                   "from", "sampled", "reconstructed", "drawn", "created", "saved", "epoch",
                   "epochs", "output", "model",
                   "did"})  # fmt: skip
#: Pictures that no model is trained on.
_MADE_PICTURES = frozenset({"curve", "curves", "plot", "plots", "gif", "gifs", "animation",
                            "samples", "animations", "reconstruction", "reconstructions",
                            "interpolations", "matrix", "matrices", "outputs",
                            "snapshots"})  # fmt: skip
_NO_PICTURES = frozenset({"image_size", "batch_size", "size", "classes", "task", "modality",
                          "family", "technique", "dataset", "loss",
                          "framework"})  # fmt: skip
#: "image size", "picture sizes": a field of models, whatever follows.
_SIZES = frozenset({"imagesize", "imagesizes", "picturesize", "imageresolution"})
_COUNT = "images"  #: the field that counts a model's pictures
#: Kinds of pictures that "plots" alone means.
_PLOTTED = ("plot", "loss curve", "metric curve", "latent plot", "confusion matrix",
            "noise schedule")  # fmt: skip
_VERBS_OF_PICTURES = frozenset({"made", "generated", "created", "produced", "saved", "taken",
                                "written", "drawn", "sampled", "dated"})  # fmt: skip
_DATA_VERBS = frozenset({"trained", "learned", "train", "learn", "classify", "classifies"})
_TRAINED = frozenset({"epochs", "steps"})
_MODEL_WORDS = frozenset({"model", "script", "notebook"})
#: A question without a word for pictures may still be for some where it has one of these.
_OF_GENERATORS = frozenset({"cfg", "guidance", "sampler", "samplers", "sampling", "prompt",
                            "prompts"})  # fmt: skip
#: Fields that speak of pictures wherever they stand.
_OF_PICTURES = frozenset(field.name for field in PICTURES)
#: Words that order pictures: by which value, and whether the greatest comes first.
_ORDERS = {"latest": ("created", True), "newest": ("created", True), "recent": ("created", True),
           "oldest": ("created", False), "earliest": ("created", False), "last": ("epoch", True),
           "final": ("epoch", True), "first": ("epoch", False)}  # fmt: skip
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
           "ten": 10, "twenty": 20}  # fmt: skip


def wants_pictures(reading: Reading) -> bool:
    """Return whether the question is for pictures rather than for models trained on pictures."""
    head = _head(reading)
    if _by_settings(reading, head):
        return True
    if head is None:
        return _named_model(reading) and _picture_word(reading) is not None
    about = any(m.field in ("subject", "modality") for m in reading.mentions)
    if not about or reading.lower(head) in _MADE_PICTURES:
        return True
    others = any(m.field in ("family", "model", "dataset", "epochs") for m in reading.mentions)
    after = range(head + 1, len(reading.tokens))
    made = any(reading.lower(i) in _MADE for i in after)
    if (others and made) or any(reading.lower(i) in words("model_words") for i in after):
        return True
    from modelsearch.query.intent.pictures_of_data import asks_for_pictures_of_data

    return asks_for_pictures_of_data(reading, head)


def _by_settings(reading: Reading, head: int | None) -> bool:
    """Return whether settings are asked about that pictures here have, and models have not."""
    spoken = head is not None or any(
        token.lower in _PICTURES and token.lower not in _MADE_PICTURES for token in reading.tokens
    )
    if not spoken and not any(token.lower in _OF_GENERATORS for token in reading.tokens):
        return False
    from modelsearch.query.intent.picture_settings import (
        setting_at,
        speaks_of_settings,
        value_ends_at,
    )

    if head is None and any(
        token.lower in _PICTURES and value_ends_at(reading, index - 1)
        for index, token in enumerate(reading.tokens)
    ):
        return True  # "Euler a pictures", "512x768 pictures"
    if all(setting_at(reading, index) is None for index in range(len(reading.tokens))):
        return False
    return speaks_of_settings(reading, pictures=spoken)


def _is_picture_word(reading: Reading, word: str) -> bool:
    from modelsearch.query.intent.picture_words import is_picture_word

    return is_picture_word(reading, word)


def _head(reading: Reading) -> int | None:
    """Return the picture word that the question begins with, after verbs and adjectives."""
    for index, token in enumerate(reading.tokens):
        word = token.lower
        told = {m.field for m in reading.mentions if m.first <= index <= m.last}
        if told & {"epochs", "epoch", "steps"}:
            continue
        if _COUNT in told:
            return None  # "more than 5 images" says how many a model has
        if word in _PICTURES and any(
            m.first <= index <= m.last for m in reading.mentions if m.field in _NO_PICTURES
        ):
            return None if word not in _MADE_PICTURES else index  # "image size", "image captioning"
        if word in _PICTURES and _is_no_head(reading, index):
            return None
        if word in _PICTURES and word not in ("sample", "test"):
            return None if reading.lower(index + 1) in words("model_words") else index
        plain = word in words("stop") and word not in words("model_words") - {"one", "ones"}
        counted = word.isdecimal() or word in _COUNTS
        if word == "sample" and reading.lower(index + 1) not in _PICTURES:
            return index
        described = (
            word in _BEFORE_HEAD
            or word in COLOURS
            or (reading.free(index, index) and _is_picture_word(reading, word))
        )
        if token.is_word and not plain and not described and not counted:
            return None
        if word in ("trained", "training") and reading.lower(index + 1) == "on":
            return None
    return None


def _is_no_head(reading: Reading, index: int) -> bool:
    """Return whether a picture word stands for a size ("image size of BEGAN"), or for the data that
    models are trained on ("few epochs on images of faces").
    """
    size = reading.lower(index) + reading.lower(index + 1) in _SIZES
    return size or reading.lower(index - 1) == "on"


def _named_model(reading: Reading) -> bool:
    return any(m.field == "model" for m in reading.mentions)


def _picture_word(reading: Reading) -> int | None:
    for index, token in enumerate(reading.tokens):
        told = {m.field for m in reading.mentions if m.first <= index <= m.last}
        if (token.lower in _PICTURES and told.isdisjoint({"model", _COUNT})) and not any(
            reading.lower(i) in _DATA_VERBS for i in range(max(index - 4, 0), index)
        ):
            return index
    return None


def begin_pictures(reading: Reading, parsed: ParsedQuery) -> list[Mention]:
    """Claim what can only be said of pictures, so that it is not taken for a model's name; return
    these conditions for :func:`finish_pictures`.
    """
    parsed.intent = "images"
    part = parsed.image = ImagePart()
    conditions: list[Mention] = []
    _release_tasks(reading)
    _read_epochs(reading, part)
    for index in range(len(reading.tokens)):
        _read_kind(reading, index, conditions)
    from modelsearch.query.intent.picture_asking import read_asking
    from modelsearch.query.intent.picture_files import find_files
    from modelsearch.query.intent.picture_owners import find_unowned
    from modelsearch.query.intent.picture_settings import find_settings
    from modelsearch.query.intent.picture_words import find_colours, find_own_settings

    files = find_files(reading)
    conditions += [*files, *find_settings(reading), *find_own_settings(reading)]
    read_asking(reading, parsed, part, files=bool(files))
    return [*conditions, *find_colours(reading), *find_unowned(reading)]


def finish_pictures(reading: Reading, parsed: ParsedQuery, conditions: list[Mention]) -> None:
    """Move to the pictures what was read as the model's and is not; then the words that are left
    and the order.
    """
    part = parsed.image or ImagePart()
    for mention in list(reading.mentions):
        moved = _of_pictures(reading, mention)
        if moved is not None:
            reading.mentions.remove(mention)
            field = mention.field if mention.field not in _TRAINED else mention.field[:-1]
            conditions.append(Mention(mention.first, mention.last, moved, field))
    _read_order(reading, part)
    for index, token in enumerate(reading.tokens):
        if token.lower in _PICTURES | _VERBS_OF_PICTURES | words("generate"):
            reading.claim(index, index, "intent", "images")
    from modelsearch.query.intent.picture_words import find_words

    _read_counting(reading, parsed)
    conditions += find_words(reading, _PICTURES | _MADE | _BEFORE_HEAD)
    conditions.sort(key=lambda mention: mention.first)
    part.where = join_entries(reading, scan(reading, mentions=conditions))
    parsed.image = part


def _read_counting(reading: Reading, parsed: ParsedQuery) -> None:
    """Read "how many pictures has each …", "pictures per model": counts, a model each."""
    for index in range(len(reading.tokens)):
        word, after = reading.lower(index), reading.lower(index + 1)
        per_model = word in ("per", "each", "every") and after in _MODEL_WORDS
        counted = word in ("each", "every") and after not in ("epoch", "step")
        counted = counted and reading.words(0, 2) == "how many"
        of_kind = word in ("per", "by") and after in ("kind", "type", "kinds", "types")
        if of_kind and reading.free(index, index + 1):
            parsed.group_by = "image_kind"
            reading.claim(index, index + 1, "intent", "per kind")
        if (per_model or counted) and reading.free(index, index):
            parsed.group_by = "model"
            reading.claim(index, index + per_model, "intent", "per model")
    if parsed.group_by:
        reading.claim(0, 1 if reading.words(0, 2) == "how many" else -1, "intent", "per model")


def _release_tasks(reading: Reading) -> None:
    """Here "reconstructions" are pictures, not what a model is for."""
    for mention in [m for m in reading.mentions if m.field == "task"]:
        if any(reading.lower(i) in _PICTURES for i in range(mention.first, mention.last + 1)):
            reading.release(mention)


def _release_within(reading: Reading, first: int, last: int) -> None:
    """Take back a technique or a loss whose words are part of a kind: "attention heatmaps"."""
    for mention in list(reading.mentions):
        inside = first <= mention.first and mention.last <= last
        shorter = mention.last - mention.first < last - first
        if inside and shorter and mention.field in ("technique", "loss", "task"):
            reading.release(mention)


def _read_kind(reading: Reading, index: int, conditions: list[Mention]) -> None:
    from modelsearch.query.intent.picture_kinds import kinds_said, picture_kind_at

    for _, last in kinds_said(reading, index):
        _release_within(reading, index, last)
    found = picture_kind_at(reading, index)
    if found is None and reading.lower(index) in ("plot", "plots") and reading.free(index, index):
        plots: list[Node] = []
        plots += [reading.filter("image_kind", "=", kind, index, index) for kind in _PLOTTED]
        conditions.append(Mention(index, index, join_or(plots) or plots[0], "image_kind"))
        reading.claim(index, index, "filter", "image_kind = plot")
    if found is None:
        return
    kind, last = found
    node: Node = reading.filter("image_kind", "=", kind, index, last)
    if kind == "samples":
        # What a file's name does not tell is most often a sample.
        node = join_or([node, Not(Filter("image_kind", "exists", None, kind))]) or node
    conditions.append(Mention(index, last, node, "image_kind"))
    reading.claim(index, last, "filter", f"image_kind = {kind}")


def _of_pictures(reading: Reading, mention: Mention) -> Node | None:
    """Return a mention as a condition on pictures, or None when it speaks of the model."""
    if not isinstance(mention.node, Filter):
        nodes = [
            _of_pictures(reading, Mention(mention.first, mention.last, part, mention.field))
            for part in getattr(mention.node, "parts", ())
        ]
        kept = [node for node in nodes if node is not None]
        return join_or(kept) if kept and len(kept) == len(nodes) else None
    one = mention.node
    if one.field in ("epochs", "steps"):
        of_pictures = any(
            reading.lower(i) in ("epoch", "step") for i in range(mention.first, mention.last + 1)
        )
        named_first = reading.lower(mention.last)[-1:].isdecimal()  # "epoch 600", not "600 epochs"
        if not of_pictures and _said_of_training(reading, mention.first, named_first):
            return None
        op = ">=" if one.op == "=" and _open_ended(reading, mention) else one.op
        return Filter(one.field.rstrip("s"), op, one.value, one.text, one.span)
    from modelsearch.query.intent.picture_owners import is_own_path

    if one.field in _OF_PICTURES or is_own_path(one):
        return one
    if one.field in ("image_size", "size") and not (
        _said_of_training(reading, mention.first) or _after_models(reading, mention.first)
    ):
        return one
    if one.field in ("created", "modified") and not _after_models(reading, mention.first):
        return one
    return None


def _open_ended(reading: Reading, mention: Mention) -> bool:
    """Return whether "from epoch 100 on" or "since step 2000" leaves the end open."""
    if reading.lower(mention.first - 1) == "since" or reading.lower(mention.first) == "since":
        return True
    return reading.lower(mention.last + 1) in ("on", "onwards", "onward", "upwards")


def _said_of_training(reading: Reading, first: int, epoch_named: bool = False) -> bool:
    before = [reading.lower(i) for i in range(max(first - 3, 0), first)]
    return "trained" in before or "training" in before or ("models" in before and not epoch_named)


def _after_models(reading: Reading, first: int) -> bool:
    """Return whether a word for models stands between the pictures and a date."""
    head = _head(reading)
    if head is not None and reading.lower(head + 1) in _VERBS_OF_PICTURES:
        return False  # "pictures made with my GANs in April"
    for index in range(first - 1, -1, -1):
        word = reading.lower(index)
        if word in _PICTURES:
            return False
        if word in ("models", "networks", "scripts") or word in ("gans", "vaes"):
            return True
        if any(m.last == index and m.field == "family" for m in reading.mentions):
            return True
    return False


def _read_epochs(reading: Reading, part: ImagePart) -> None:
    """The last ten epochs, the first epoch, the final epoch."""
    for index in range(len(reading.tokens)):
        word = reading.lower(index)
        if word not in ("last", "first", "final", "latest", "earliest"):
            continue
        count, at = _count(reading, index + 1)
        if reading.lower(at) not in ("epoch", "epochs") or not reading.free(index, index):
            continue
        for mention in [m for m in reading.mentions if m.first <= at <= m.last]:
            reading.release(mention)
        reading.claim(index, at, "limit", "epochs")
        part.epochs = -count if word in ("first", "earliest") else count
        return


def _count(reading: Reading, index: int) -> tuple[int, int]:
    word = reading.lower(index)
    if word.isdecimal() and word.isascii() and len(word) < 6:
        return int(word), index + 1
    if word in _COUNTS:
        return _COUNTS[word], index + 1
    return 1, index


def _read_order(reading: Reading, part: ImagePart) -> None:
    """The latest picture, the first three images, the five newest samples."""
    for index in range(len(reading.tokens)):
        word = reading.lower(index)
        if word not in _ORDERS or not reading.free(index, index):
            continue
        first = index
        count, at = _count(reading, index + 1)
        counted = at > index + 1
        before, end = _count(reading, index - 1)
        if not counted and end == index and reading.free(index - 1, index - 1):
            first, count, counted = index - 1, before, True  # "the two newest pictures"
        noun = next(
            (reading.lower(i) for i in range(at, at + 4) if reading.lower(i) in _PICTURES), ""
        )
        if not noun:
            continue
        field, descending = _ORDERS[word]
        part.sort = Sort(field, descending, word)
        part.limit = count if counted or not noun.endswith("s") else None
        reading.claim(first, at - 1, "sort", field)
        return
