"""Pictures that look alike: the same bytes, nearly the same hash, or near vectors of an encoder
that the user has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import apsw

from modelsearch.records.errors import ModelsearchError, ReadingError, ResolveError, UsageError
from modelsearch.records.files import path_text
from modelsearch.records.structs import frozen
from modelsearch.records.typed import TYPE_CHECKING, Any
from modelsearch.sources.pictures.file import read_facts
from modelsearch.sources.pictures.hashes import distance
from modelsearch.sources.pictures.looks import open_small, read_looks
from modelsearch.sources.pictures.magic import VIDEOS
from modelsearch.store.database import fetch_all
from modelsearch.store.loading import ends_with, load_images
from modelsearch.store.rows import ImageRow

if TYPE_CHECKING:
    from PIL import Image

    from modelsearch.answer.viewing import PictureLoader

_ENCODED_SIDE = 256
_BATCH = 32
_COLOUR_WEIGHT = 8  #: bits that wholly other colours count as


@frozen
class Likeness:
    """A picture and how like it is.

    ``distance`` counts the bits of 64 in which the hashes differ (0: the same outlines), and
    ``colours`` is the share of the pixels whose colours have the same names; or ``similarity``
    is the cosine of an encoder's vectors (1: the same). ``same_bytes``: the files are copies.
    """

    image: ImageRow
    same_bytes: bool
    distance: int | None = None
    colours: float | None = None
    similarity: float | None = None

    @property
    def rank(self) -> tuple[bool, float, str]:
        """Copies first, then by outlines and colours together, ties by id."""
        unlike = (self.distance or 0) + _COLOUR_WEIGHT * (1 - (self.colours or 0))
        return (not self.same_bytes, unlike, self.image.image_id)

    def as_json(self) -> dict[str, Any]:
        """Return the picture's keys and how like it is."""
        return {
            **self.image.as_json(),
            "same_bytes": self.same_bytes,
            "distance": self.distance,
            "colours": self.colours,
            "similarity": self.similarity,
        }


def similar_by_hash(connection: apsw.Connection, what: str, within: int) -> list[Likeness]:
    """Return the stored pictures like ``what`` (a file, an image id or a stored path), the
    likest first, at most ``within`` bits away; other colours count as up to 8 bits.

    Raises ResolveError when ``what`` is nothing known, ReadingError when it is no picture, and
    UsageError when it has no structure that could be compared.
    """
    row = stored_image(connection, what)
    painted = _stored_colours(connection)
    if row is not None:
        digest, sought, colours = row.sha256, row.perceptual_hash, painted.get(row.rowid, {})
    else:
        digest, looks = read_facts(Path(what)).sha256, read_looks(Path(what))
        sought, colours = looks.perceptual_hash, dict(looks.colours)
    found: list[Likeness] = []
    for image in load_images(connection, "i.sha256 IS NOT NULL"):
        if row is not None and image.image_id == row.image_id:
            continue
        same = image.sha256 == digest
        shared = _shared(colours, painted.get(image.rowid, {}))
        if sought is None or image.perceptual_hash is None:
            if same:
                found.append(Likeness(image, True, 0, shared))
            continue
        one = Likeness(image, same, distance(sought, image.perceptual_hash), shared)
        if one.rank[1] <= within or same:
            found.append(one)
    if sought is None and not found:
        if row is not None and row.format in VIDEOS:
            raise UsageError(f"{what} is a video, which is not decoded here")
        raise UsageError(f"{what} is of one colour; there is no structure to compare")
    return sorted(found, key=lambda one: one.rank)


def _stored_colours(connection: apsw.Connection) -> dict[int, dict[str, float]]:
    painted: dict[int, dict[str, float]] = {}
    for image, colour, share in fetch_all(
        connection, "SELECT image, colour, share FROM image_colour"
    ):
        painted.setdefault(image, {})[colour] = share
    return painted


def _shared(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Return the share of the named pixels that two pictures have in common, 0 to 1."""
    named = max(sum(first.values()), sum(second.values()))
    common = sum(min(share, second.get(colour, 0.0)) for colour, share in first.items())
    return round(common / named, 3) if named else 1.0


def similar_by_encoder(
    connection: apsw.Connection, what: str, folder: Path, loader: PictureLoader, limit: int
) -> list[Likeness]:
    """Return the stored pictures nearest to ``what``, a picture or words that say what is to be
    seen, by the vectors of a CLIP model in a local folder. Pictures are read from their files, else
    from the copies in the database.

    Raises ModelsearchError when sentence-transformers or the model is not there.
    """
    model = _load_encoder(folder)
    try:
        row = stored_image(connection, what)
    except ResolveError:
        if not _are_words(what):
            raise
        return _nearest(model, _vectors(model, [what])[0], load_images(connection), loader, limit)
    asked = loader.load(row, _ENCODED_SIDE) if row else open_small(Path(what), _ENCODED_SIDE)
    if asked is None:
        raise ReadingError(f"{what} cannot be read, and the database holds no copy of it")
    digest = row.sha256 if row else read_facts(Path(what)).sha256
    rows = [one for one in load_images(connection) if row is None or one.rowid != row.rowid]
    return _nearest(model, _vectors(model, [asked])[0], rows, loader, limit, digest)


def _nearest(
    model: Any,
    sought: Sequence[float],
    rows: Sequence[ImageRow],
    loader: PictureLoader,
    limit: int,
    digest: str | None = None,
) -> list[Likeness]:
    """Return pictures by how near their vectors are; those that cannot be read are left out."""
    rows = [row for row in rows if row.format not in VIDEOS]
    found: list[Likeness] = []
    for start in range(0, len(rows), _BATCH):
        loaded = [(one, loader.load(one, _ENCODED_SIDE)) for one in rows[start : start + _BATCH]]
        kept = [(one, picture) for one, picture in loaded if picture is not None]
        vectors = _vectors(model, [picture for _one, picture in kept]) if kept else []
        for (one, _picture), vector in zip(kept, vectors, strict=True):
            cosine = round(float(sum(a * b for a, b in zip(sought, vector, strict=True))), 4)
            same = digest is not None and one.sha256 == digest
            found.append(Likeness(one, same, similarity=cosine))
    found.sort(key=lambda one: (-(one.similarity or 0), one.image.image_id))
    return found[:limit] if limit else found


def _are_words(what: str) -> bool:
    """Return whether a person means words rather than a file or a name."""
    return not re.search(r"[/\\:]|\.\w{2,4}$", what)


def duplicates(connection: apsw.Connection) -> list[list[ImageRow]]:
    """Return groups of pictures whose files hold the same bytes, the largest group first."""
    groups: dict[str, list[ImageRow]] = {}
    where = "i.sha256 IN (SELECT sha256 FROM image GROUP BY sha256 HAVING count(*) > 1)"
    for row in load_images(connection, where):
        groups.setdefault(row.sha256 or "", []).append(row)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0].image_id))


def stored_image(connection: apsw.Connection, what: str) -> ImageRow | None:
    """Return the stored picture that an id or path names; None where it names a file that is not
    stored. Raises ResolveError when there is neither.
    """
    exact = load_images(connection, "i.image_id = ?", (what,))
    if exact:
        return exact[0]
    path = Path(what)
    if path.is_file():
        place = path_text(path.resolve().as_posix())
        stored = load_images(connection, "r.path || '/' || i.path = ?", (place,))
        return stored[0] if stored else None
    wanted = what.replace("\\", "/").removeprefix("./")
    ending = load_images(connection, ends_with("i.path"), (wanted,), 2)
    if len(ending) == 1:
        return ending[0]
    if ending:
        shown = " and ".join(row.image_id for row in ending)
        raise ResolveError(f"{what!r} fits several pictures, such as {shown}; give an image id")
    rows = fetch_all(
        connection, "SELECT image_id FROM image WHERE instr(image_id, ?) LIMIT 2", (wanted,)
    )
    if len(rows) == 1:
        return load_images(connection, "i.image_id = ?", rows[0])[0]
    words = (
        ". To find pictures by what they show, name a folder with a CLIP model: --encoder FOLDER "
        "(pip install 'modelsearch-db[encoders]')"
    )
    raise ResolveError(
        f"there is no file or picture {what!r}; `modelsearch images` lists ids"
        f"{words if _are_words(what) else ''}"
    )


def _load_encoder(folder: Path) -> Any:
    if not folder.is_dir():
        raise UsageError(f"--encoder needs a folder with a CLIP model; {folder} is not one")
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelsearchError(
            "likeness by an encoder needs sentence-transformers: "
            "pip install modelsearch-db[encoders]"
        ) from error
    try:
        return SentenceTransformer(str(folder), local_files_only=True)
    except Exception as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error)
        raise ModelsearchError(f"{folder} cannot be loaded as an encoder: {reason}") from error


def _vectors(model: Any, things: Sequence[Image.Image | str]) -> list[list[float]]:
    try:
        encoded = model.encode(list(things), normalize_embeddings=True, show_progress_bar=False)
    except Exception as error:
        raise ModelsearchError(
            f"the encoder does not take pictures ({type(error).__name__}); it must be a CLIP model"
        ) from error
    return [[float(one) for one in vector] for vector in encoded]
