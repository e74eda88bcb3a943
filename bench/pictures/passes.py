"""How fast real pictures are read, beside bare decoding, and before and after in one run.

``python -m bench.pictures.passes CLONE... [--pictures 1600] [--before CHECKOUT] [--codecs LIBS]``

Pictures are chosen evenly over the clones and copied, with the scripts beside them, into one
folder; each measurement has a process of its own, one after another. CHECKOUT is a copy of another
version of this project, LIBS a folder with other libraries that decode (``pip install --target
LIBS pyvips-binary pyvips opencv-python-headless imagecodecs``).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".jfif"}
_HERE = Path(__file__).resolve()
_BARE = (
    "Pillow",
    "Pillow, JPEG reduced",
    "OpenCV",
    "libvips",
    "libvips, thumbnails",
    "imagecodecs",
)


def choose(folders: Sequence[Path], wanted: int) -> list[tuple[Path, Path]]:
    """Return pictures as (clone's parent, path), evenly chosen over all folders."""
    found = [
        (folder.parent, path)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in _SUFFIXES and path.is_file() and ".git" not in path.parts
    ]
    if len(found) <= wanted:
        return found
    return [found[at * len(found) // wanted] for at in range(wanted)]


def lay_out(chosen: Sequence[tuple[Path, Path]], folders: Sequence[Path], to: Path) -> list[Path]:
    """Copy pictures and all scripts; return where the pictures are."""
    for folder in folders:
        for path in folder.rglob("*.py"):
            _copy(path, to / path.relative_to(folder.parent))
    return [_copy(path, to / path.relative_to(above)) for above, path in chosen]


def _copy(path: Path, to: Path) -> Path:
    to.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file():
        shutil.copyfile(path, to)
    return to


def measure(task: str, code: Path, codecs: Path | None, listed: Path, root: Path) -> str:
    """Run one measurement and return its line."""
    places = [str(code), *([str(codecs)] if codecs else []), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, str(_HERE.with_name("worker.py")), task, str(listed), str(root)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return f"{task:32} not measured: {done.stderr.strip().splitlines()[-1][:80]}"
    result = json.loads(done.stdout)
    pictures, seconds = result["pictures"], result["seconds"]
    each, rate = 1000 * seconds / pictures, pictures / seconds
    return (
        f"{task:32} {pictures:5} pictures {seconds:7.2f} s {each:7.2f} ms each {rate:7.0f}/s  "
        f"{result['failed']:3} failed, peak {result['peak']} MB"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--pictures", type=int, default=1600)
    parser.add_argument("--before", type=Path)
    parser.add_argument("--codecs", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args(arguments)
    folders = [folder.absolute() for folder in options.folders]
    chosen = choose(folders, options.pictures)
    with tempfile.TemporaryDirectory() as temporary:
        root, listed = Path(temporary) / "pictures", Path(temporary) / "list"
        paths = lay_out(chosen, folders, root)
        listed.write_text("\n".join(map(str, paths)), encoding="utf-8")
        size = sum(path.stat().st_size for path in paths)
        print(f"{len(paths)} pictures, {size / 1e6:.0f} MB, {len(folders)} folders; processor time")
        here = _HERE.parents[2]
        tasks = [
            (task, here)
            for task in (*_BARE, "looks", "first pass", "index, first pass", "index with looks")
        ]
        if options.before:
            tasks += [("everything at once", options.before), ("index before", options.before)]
        for task, code in tasks:
            if not options.only or task in options.only:
                print(measure(task, code, options.codecs, listed, root), flush=True)


if __name__ == "__main__":
    main()
