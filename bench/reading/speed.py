"""How fast scripts are read, in processor time of one process, and where the time goes.

``python -m bench.reading.speed --repos FOLDER [--only NAMES] [--every N] [--against TREE]``

Reads every script and notebook of the repositories as one process of ``modelsearch index`` does.
``--against`` reads the same files first with the code of another work tree; ``--top N`` reads them
once more under a profiler. The time of a file is the process's own, not the clock's.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.reading.evaluate import folder_of
from modelsearch.sources.discovery import Artefact, discover

#: Ten repositories of different kinds among those that are labelled.
TEN = (
    "keras,pytorch-lightning,flax,ignite,annotated_deep_learning_paper_implementations,PaddleGAN,"
    "deep-learning-for-image-processing,examples,cleanrl,t81_558_deep_learning"
)


def scripts_of(root: Path) -> list[str]:
    """Return the scripts and notebooks that an index run reads, in its order."""
    found = (each for each in discover(root) if isinstance(each, Artefact))
    return [each.path for each in found if each.kind in ("script", "notebook")]


def read_files(files: dict[str, list[str]]) -> list[float]:
    """Return the processor seconds of each file, read as one process of an index run does."""
    import gc

    from modelsearch.sources.script import read_all

    gc.disable()  # as in a reader process: reading looks for garbage by itself
    took = []
    for root, paths in files.items():
        before = time.process_time()
        for _ in read_all(Path(root), paths, 1):
            now = time.process_time()
            took.append(now - before)
            before = now
    return took


def report(name: str, took: list[float]) -> None:
    """Print scripts a second and core, and how much of the time the slowest tenth takes."""
    total = sum(took) or 0.01  # of few files a coarse clock may see nothing
    slowest = sorted(took)[-max(1, len(took) // 10) :]
    print(
        f"{name}: {len(took)} scripts in {total:.1f} s of processor time,"
        f" {len(took) / total:.1f} a second and core; the slowest tenth takes"
        f" {sum(slowest) / total:.0%}, the slowest {slowest[-1]:.2f} s",
        flush=True,
    )


def profile(files: dict[str, list[str]], top: int) -> None:
    """Print the functions in which most time is spent."""
    watch = cProfile.Profile()
    watch.runcall(read_files, files)
    rows = pstats.Stats(watch).get_stats_profile().func_profiles
    by_own = sorted(rows.items(), key=lambda row: -row[1].tottime)[:top]
    total = sum(row.tottime for row in rows.values())
    for function, row in by_own:
        where = f"{Path(row.file_name).name}:{row.line_number}:{function}"
        print(f"  {row.tottime / total:6.1%}  {row.ncalls:>12}  {where}")


def elsewhere(tree: Path, files: dict[str, list[str]]) -> list[float]:
    """Read the same files with the code of another work tree, in a process of its own."""
    code = Path(__file__).read_text(encoding="utf-8").partition("def read_files")[2]
    body = code.partition("\ndef report")[0]
    program = (
        "import json, sys, time\nfrom pathlib import Path\n"
        f"def read_files{body}\n"
        "print(json.dumps(read_files(json.load(sys.stdin))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(files),
        env={**os.environ, "PYTHONPATH": str(tree)},
        cwd=tree,
        capture_output=True,
        text=True,
        check=True,
    )
    took: list[float] = json.loads(done.stdout)
    return took


def _clone_of(repos: Path, name: str) -> Path:
    """Return the clone of a repository by its name alone or with its owner's: a folder or a link
    of that name, else the only one ``owner-name`` or ``owner+name``.
    """
    root = folder_of(repos, name)
    if root.is_dir() or "/" in name:
        return root
    owned = [*repos.glob(f"*-{name}"), *repos.glob(f"*+{name}")]
    return owned[0].resolve() if len(owned) == 1 else root


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repos", type=Path, required=True, help="folder with the clones")
    parser.add_argument("--only", default=TEN, help="names of repositories, with commas between")
    parser.add_argument("--every", type=int, default=1, help="only each N-th file")
    parser.add_argument("--against", type=Path, help="a work tree to be compared with")
    parser.add_argument("--top", type=int, default=0, help="the functions that take most")
    parser.add_argument("--slowest", type=int, default=0, help="list so many files")
    options = parser.parse_args(arguments)
    roots = [_clone_of(options.repos, name) for name in options.only.split(",")]
    files = {str(root): scripts_of(root)[:: options.every] for root in roots}
    if not any(files.values()):
        parser.exit(1, f"no scripts of {options.only} in {options.repos}\n")
    if options.against is not None:
        report("before", elsewhere(options.against, files))
    took = read_files(files)
    report("now", took)
    named = [f"{Path(root).name}/{path}" for root, paths in files.items() for path in paths]
    for seconds, name in sorted(zip(took, named, strict=True), reverse=True)[: options.slowest]:
        print(f"  {seconds:6.2f}  {name}")
    if options.top:
        profile(files, options.top)


if __name__ == "__main__":
    main()
