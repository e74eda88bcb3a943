"""Reading one picture file without its pixels: what it is by its bytes, how large, its hash, and
the settings that a generator wrote into it. What it looks like is another matter
(:mod:`modelsearch.sources.pictures.looks`), and takes a hundred times as long.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from modelsearch.sources.generators.reading import read_generation
from modelsearch.sources.generators.settings import Generation
from modelsearch.sources.pictures.headers import read_header
from modelsearch.sources.pictures.magic import suffix_format
from modelsearch.sources.pictures.opening import picture_bytes


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What a picture file says of itself. ``mislabelled`` says how its name and its bytes
    disagree; ``seconds`` how long an animation or a video lasts; ``frames`` is None where a video
    does not tell.
    """

    size_bytes: int
    format: str
    width: int
    height: int
    frames: int | None
    seconds: float | None
    sha256: str
    generation: Generation | None = None
    software: str | None = None
    mislabelled: str | None = None


def read_facts(path: Path, within: Path | None = None) -> PictureFacts:
    """Read one picture's header, texts and hash. ``within`` is the indexed folder that links must
    not leave; None for a person's own file.

    Raises ReadingError when the file is empty, no picture, too large, or its header is broken.
    """
    content, actual = picture_bytes(path, within)
    header = read_header(content, actual)
    lies = suffix_format(path.suffix) not in (actual, None)
    return PictureFacts(
        size_bytes=len(content),
        format=actual,
        width=header.width,
        height=header.height,
        frames=header.frames,
        seconds=header.seconds,
        sha256=hashlib.sha256(content).hexdigest(),
        generation=read_generation(header.texts),
        software=(header.texts.get("Software") or "").strip()[:200] or None,
        mislabelled=f"named {path.suffix.lower()}, holds {actual}" if lies else None,
    )
