"""One measurement of :mod:`bench.pictures.passes`, in a process of its own.

``python worker.py TASK LIST ROOT`` with the code that is to be measured on PYTHONPATH; LIST is a
file with a path a line. Prints one JSON object: pictures, failures, seconds computed, peak memory.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Read = Callable[[Path], object]
_REDUCED = 512  #: JPEG pictures may be decoded at a half, a quarter or an eighth of their size


def _pillow(*, reduced: bool) -> Read:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")

    def read(path: Path) -> object:
        with Image.open(path) as picture:
            if reduced and picture.format == "JPEG":
                picture.draft("RGB", (_REDUCED, _REDUCED))
            return picture.load()

    return read


def _opencv() -> Read:
    cv2, numpy = importlib.import_module("cv2"), importlib.import_module("numpy")
    cv2.setNumThreads(1)

    def read(path: Path) -> object:
        content = numpy.fromfile(path, dtype=numpy.uint8)
        decoded = cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
        if decoded is None:
            raise ValueError(path)
        return decoded

    return read


def _libvips(*, reduced: bool) -> Read:
    os.environ["VIPS_CONCURRENCY"] = "1"
    pyvips = importlib.import_module("pyvips")
    pyvips.cache_set_max(0)

    def read(path: Path) -> object:
        if reduced:
            small = pyvips.Image.thumbnail(str(path), _REDUCED, size="down")
            return small.write_to_memory()
        return pyvips.Image.new_from_file(str(path), access="sequential").write_to_memory()

    return read


def _imagecodecs() -> Read:
    codecs: Any = importlib.import_module("imagecodecs")
    decoders = {
        b"\x89PNG": codecs.spng_decode,
        b"GIF8": codecs.gif_decode,
        b"RIFF": codecs.webp_decode,
    }

    def read(path: Path) -> object:
        content = path.read_bytes()
        decode = codecs.jpeg8_decode if content[:2] == b"\xff\xd8" else decoders[content[:4]]
        return decode(content)

    return read


def _of_modelsearch(module: str, name: str) -> Read:
    read: Read = getattr(importlib.import_module(f"modelsearch.{module}"), name)
    return read


_READERS: dict[str, Callable[[], Read]] = {
    "everything at once": lambda: _of_modelsearch("sources.image", "read_picture"),
    "first pass": lambda: _of_modelsearch("sources.pictures.file", "read_facts"),
    "looks": lambda: _of_modelsearch("sources.pictures.looks", "read_looks"),
    "Pillow": lambda: _pillow(reduced=False),
    "Pillow, JPEG reduced": lambda: _pillow(reduced=True),
    "OpenCV": _opencv,
    "libvips": lambda: _libvips(reduced=False),
    "libvips, thumbnails": lambda: _libvips(reduced=True),
    "imagecodecs": _imagecodecs,
}


def _read_all(read: Read, paths: list[Path]) -> dict[str, float]:
    failed = 0
    read_quietly(read, paths[0])
    started = time.process_time()
    for path in paths:
        failed += not read_quietly(read, path)
    return {"seconds": time.process_time() - started, "failed": failed}


def read_quietly(read: Read, path: Path) -> bool:
    """Return whether a picture was read."""
    try:
        read(path)
    except Exception:  # whatever decoders raise
        return False
    return True


def _index(root: Path, *, looks: bool) -> dict[str, float]:
    """Index scripts first, until nothing is left to do; return the time of pictures beyond that
    of a run without, in one process.
    """
    try:
        indexing = importlib.import_module("modelsearch.index.indexing")
        database = importlib.import_module("modelsearch.store.database")
    except ImportError:  # 0.1.0
        indexing = importlib.import_module("modelsearch.indexing")
        database = importlib.import_module("modelsearch.database")
    with tempfile.TemporaryDirectory() as folder:
        taken: list[float] = []
        for images in (False, False, False, True):
            options = indexing.IndexOptions(jobs=1, images=images)
            if hasattr(options, "looks"):
                options = indexing.IndexOptions(jobs=1, images=images, looks=looks)
            started = time.process_time()
            connection = database.open_for_writing(Path(folder) / "m.db")
            summary = indexing.index(connection, [root], None, options)
            getattr(database, "close_after_writing", lambda one: one.close())(connection)
            taken.append(time.process_time() - started)
        return {
            "seconds": taken[3] - taken[2],
            "failed": len(summary.failed),
            "pictures": summary.images,
        }


def main() -> None:
    """Measure what the arguments say."""
    task, listed, root = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    paths = [Path(line) for line in listed.read_text(encoding="utf-8").splitlines()]
    if task.startswith("index"):
        found = _index(root, looks="looks" in task)
    else:
        found = _read_all(_READERS[task](), paths)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"pictures": len(paths), "peak": round(peak)} | found))


if __name__ == "__main__":
    main()
