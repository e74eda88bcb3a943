"""How much of a folder of repositories is read, how fast, and which fields are known.

``python -m bench.reading.coverage --repos FOLDER [--jobs N] [--per-repo N] [--list FILE]``

Every script and notebook of each repository is read as ``modelsearch index`` reads it, in
parallel processes and within its bound of time. Nothing is written but the figures; ``--list``
writes what was read of each model as JSON lines, to look through by hand.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from modelsearch.records.artefacts import Fact, ScriptReading
from modelsearch.sources.discovery import Artefact, discover
from modelsearch.sources.script import ReadResult, read_all

#: Fields of a reading and of its main stage whose shares are reported.
OF_READING = ("framework", "architecture", "families", "datasets", "hardware", "task", "parameters")
OF_STAGE = ("optimizer", "learning_rate", "batch_size", "epochs", "steps", "episodes", "loss")


@dataclass(slots=True)
class Coverage:
    """What was read of a set of repositories."""

    scripts: int = 0
    models: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    known: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def scripts_of(root: Path) -> list[str]:
    """Return the scripts and notebooks under ``root``, sorted."""
    found = (each for each in discover(root) if isinstance(each, Artefact))
    return sorted(each.path for each in found if each.kind in ("script", "notebook"))


def read_repositories(
    repos: Path, jobs: int, per_repo: int | None = None
) -> Iterator[tuple[Path, ReadResult]]:
    """Yield (root, result) for every script of every repository under ``repos``."""
    for root in sorted(path for path in repos.iterdir() if path.is_dir()):
        paths = scripts_of(root)
        if per_repo is not None:
            paths = paths[:: max(1, len(paths) // per_repo)]
        for result in read_all(root, paths, jobs):
            yield root, result


def stage_values(reading: ScriptReading) -> dict[str, Any]:
    """Return what the main stage states, as plain values."""
    stage = next((each for each in reading.stages if each.main), None)
    values = {name: getattr(stage, name, None) for name in OF_STAGE}
    return {name: _plain(value) for name, value in values.items() if value}


def _plain(value: Any) -> Any:
    if isinstance(value, Fact):
        return value.value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return getattr(value, "name", value)


def describe(root: Path, path: str, reading: ScriptReading) -> dict[str, Any]:
    """Return the known fields of one model, plain, for ``--list``."""
    known = {name: _plain(value) for name in OF_READING if (value := getattr(reading, name))}
    return {"script": f"{root.name}/{path}", **known, **stage_values(reading)}


def measure(repos: Path, jobs: int, per_repo: int | None, listing: TextIO | None) -> Coverage:
    """Read everything and count."""
    found = Coverage()
    started = time.monotonic()
    for root, result in read_repositories(repos, jobs, per_repo):
        found.scripts += 1
        if result.reading is None:
            found.failures.append((f"{root.name}/{result.path}", result.failure or ""))
        elif result.reading.is_model:
            found.models += 1
            row = describe(root, result.path, result.reading)
            found.known.update(set(row) - {"script"})
            if listing is not None:
                listing.write(json.dumps(row, ensure_ascii=False) + "\n")
    found.seconds = time.monotonic() - started
    return found


def report(found: Coverage) -> None:
    """Print the figures."""
    rate = found.scripts / found.seconds if found.seconds else 0.0
    print(f"{found.scripts} scripts in {found.seconds:.1f} s: {rate:.1f} a second")
    print(f"{found.models} models; {len(found.failures)} files not read:")
    reasons = Counter(reason.partition(" at line")[0] for _, reason in found.failures)
    for reason, count in reasons.most_common():
        print(f"  {count:5}  {reason}")
    for name in (*OF_READING, *OF_STAGE):
        share = found.known[name] / found.models if found.models else 0.0
        print(f"{name:15}{share:7.1%}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repos", type=Path, required=True, help="folder with the clones")
    parser.add_argument("--jobs", type=int, default=2, help="reader processes")
    parser.add_argument("--per-repo", type=int, help="about this many scripts of each repository")
    parser.add_argument("--list", type=Path, help="write what was read of each model here")
    options = parser.parse_args(arguments)
    if options.list is None:
        report(measure(options.repos, options.jobs, options.per_repo, None))
        return
    with options.list.open("w", encoding="utf-8") as listing:
        report(measure(options.repos, options.jobs, options.per_repo, listing))


if __name__ == "__main__":
    main()
