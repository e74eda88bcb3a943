"""Compare what is read of pictures that generators made with labels.

``python -m bench.pictures.settings --repos FOLDER [--errors]``

``settings.json`` names pictures of public repositories at a commit, with each setting; of prompts
only the length and a checksum are kept. A setting that is no label's is counted as invented.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modelsearch.records.errors import ReadingError
from modelsearch.sources.pictures.file import read_facts

LABELS = Path(__file__).with_name("settings.json")
_UNSET = object()


def digest(text: str | None) -> list[int] | None:
    """Return what is kept of a text: how long it is, and a checksum."""
    return None if text is None else [len(text), zlib.crc32(text.encode())]


def described(path: Path) -> dict[str, Any]:
    """Return what is read of a picture's generation, in the form of the labels."""
    facts = read_facts(path)
    made = facts.generation
    if made is None or not (made.prompt or made.settings):
        return {}
    return {
        "program": made.program,
        "prompt": digest(made.prompt),
        "negative": digest(made.negative_prompt),
        **dict(made.settings),
    }


def compare(expected: dict[str, Any], path: Path) -> tuple[Counter[str], list[str]]:
    """Count values that are right, wrong, lost and invented, and name those that are not right."""
    try:
        found = described(path)
    except ReadingError as error:
        return Counter(unread=1), [str(error)]
    counts: Counter[str] = Counter()
    errors: list[str] = []
    for name in {**expected, **found}:
        wanted, value = expected.get(name, _UNSET), found.get(name, _UNSET)
        verdict = "right" if wanted == value else "wrong"
        if wanted is _UNSET or value is _UNSET:
            verdict = "lost" if value is _UNSET else "invented"
        counts[verdict] += 1
        if verdict != "right":
            errors.append(f"{verdict}: {name}")
    return counts, errors


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the comparison from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repos", type=Path, required=True, help="folder with the clones")
    parser.add_argument("--errors", action="store_true", help="list each disagreement")
    options = parser.parse_args(arguments)
    total: Counter[str] = Counter()
    for label in json.loads(LABELS.read_text(encoding="utf-8")):
        names = (label["repo"].replace("/", mark) for mark in "-+")
        folder = next(
            (options.repos / name for name in names if (options.repos / name).is_dir()), None
        )
        if folder is None:
            print(f"{label['repo']}: no clone; left out", file=sys.stderr)
            continue
        counts: Counter[str] = Counter()
        for path, expected in label["pictures"].items():
            found, errors = compare(expected, folder / path)
            counts += found
            for error in errors if options.errors else ():
                print(f"{label['repo']}\t{path}\t{error}", file=sys.stderr)
        total += counts + Counter(pictures=len(label["pictures"]))
        print(f"{label['repo']:60} {len(label['pictures']):4} pictures  {dict(counts)}")
    print(f"all: {dict(total)}")


if __name__ == "__main__":
    main()
