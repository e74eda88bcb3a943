"""Pictures: size and format from the file, epoch, step and kind from the name and folder."""

from __future__ import annotations

import hashlib
import re
import warnings
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from modelsearch.errors import ReadingError
from modelsearch.records import FileDates, ImageRecord

_MAX_BYTES = 200_000_000
_MAX_PIXELS = 100_000_000

_EPOCH = re.compile(r"(?:^|[^a-z])(?:epochs?|ep)[ _=-]*0*(\d{1,7})(?![\dx.])", re.IGNORECASE)
_SHORT_EPOCH = re.compile(r"(?:^|[_\W])e0*(\d{1,6})(?=$|[_\W])", re.IGNORECASE)
_STEP = re.compile(
    r"(?:^|[^a-z])(?:steps?|iterations?|iters?|batches|batch)[ _=-]*0*(\d{1,9})(?![\dx])",
    re.IGNORECASE,
)
_ORDINAL_EPOCH = re.compile(r"(?<![\dx])0*(\d{1,7})[ _-]*(?:epochs?|ep)(?![a-z])", re.IGNORECASE)

#: Kinds by words in the name or folder; the first that fits wins.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("confusion matrix", r"confusion"),
        ("loss curve", r"loss|learning[ _-]?curve|training[ _-]?curve|history|convergence"),
        ("metric curve", r"accuracy|(?:^|[^a-z])acc(?:[^a-z]|$)|reward|score|(?:^|[^a-z])fid"),
        ("reconstruction", r"recon"),
        ("interpolation", r"interpol|morph|traversal|manifold|walk"),
        ("latent plot", r"latent|t-?sne|umap|pca|embedding"),
        ("attention map", r"attention|attn"),
        ("architecture diagram", r"architecture|diagram|flow[ _-]?chart|structure|graph"),
        ("noise schedule", r"schedule|noising|forward[ _-]?process"),
        ("samples", r"sampl|generat|fake|synth|output|result|epoch|(?:^|[^a-z])gen(?:[^a-z]|$)"),
    )
)


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a picture's name and folder say."""

    epoch: int | None
    step: int | None
    kind: str | None


def read_name(path: str) -> NameFacts:
    """Read epoch, step and kind from a path relative to the root.

    The file name speaks before its folders, nearest first. Sizes such as ``256x256`` and
    versions such as ``v2`` are no epochs.
    """
    pure = PurePosixPath(path)
    names = [pure.stem, *reversed(pure.parts[:-1])][:3]
    epoch = _first(names, (_EPOCH, _ORDINAL_EPOCH)) if names else None
    if epoch is None:
        epoch = _first(names[:1], (_SHORT_EPOCH,))
    return NameFacts(epoch, _first(names, (_STEP,)), _kind(pure, names))


def read_image(root: Path, path: str, dates: FileDates) -> ImageRecord:
    """Read one picture. Raises ReadingError when it is broken, mislabelled or too large.

    Only the header is decoded unless the picture is small enough to hash.
    """
    from PIL import Image, UnidentifiedImageError

    absolute = root / path
    name = read_name(path)
    try:
        size = absolute.stat().st_size
        if size > _MAX_BYTES:
            raise ReadingError(f"picture over {_MAX_BYTES // 1_000_000} MB")
        content = absolute.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(absolute) as picture:
                frames = int(getattr(picture, "n_frames", 1))
                width, height = picture.size
                if width * height > _MAX_PIXELS:
                    raise ReadingError(f"picture of {width}x{height} pixels is too large")
                kind = "animation" if frames > 1 else name.kind
                return ImageRecord(
                    path=path,
                    size_bytes=size,
                    created_at=dates.created_at,
                    modified_at=dates.modified_at,
                    date_source=dates.source,
                    format=picture.format,
                    width=width,
                    height=height,
                    frames=frames,
                    epoch=name.epoch,
                    step=name.step,
                    kind=kind,
                    sha256=hashlib.sha256(content).hexdigest(),
                )
    except ReadingError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombWarning, Image.DecompressionBombError,
            OSError, ValueError, SyntaxError, EOFError, OverflowError) as error:  # fmt: skip
        raise ReadingError(f"not a readable picture ({type(error).__name__})") from error


def _first(names: list[str], patterns: tuple[re.Pattern[str], ...]) -> int | None:
    for name in names:
        for pattern in patterns:
            match = pattern.search(name)
            if match:
                return int(match.group(1))
    return None


def _kind(pure: PurePosixPath, names: list[str]) -> str | None:
    for name in names[:2]:
        for kind, pattern in _KINDS:
            if pattern.search(name):
                return kind
    return None
