"""Write what the program prints into the documents, below every sample command.

``python scripts/document_samples.py DATABASE_OF_THE_FIXTURES``; a test fails while a document
differs. A sample is a line ``    $ modelsearch …`` with the printed lines below it, in a document
of :data:`DOCUMENTS`; commands that write files, read others or say how long they took are left
alone.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "docs/comparing.md", "docs/output.md")
#: The sample's folders are not those of who runs the test.
LEFT_ALONE = re.compile(
    r"\||digits_v|--sheet|--gallery|modelsearch (index|repl|sql|similar-images)"
)
_SAMPLE = re.compile(
    r"^    \$ (modelsearch .*)\n((?:(?!    \$ )    .*\n|\n(?=    (?!\$ )))*)", re.M
)


def documented(text: str, run: Callable[[list[str]], str]) -> str:
    """Return a document with the output of each of its samples made anew."""

    def made(found: re.Match[str]) -> str:
        command, printed = found.groups()
        if LEFT_ALONE.search(command) or not printed.strip():
            return found.group()
        lines = run(shlex.split(command)[1:]).rstrip("\n").split("\n")
        body = "".join(f"    {line}".rstrip() + "\n" for line in lines)
        return f"    $ {command}\n{body}"

    return _SAMPLE.sub(made, text)


def main() -> None:
    """Run every sample in this process and rewrite the documents."""
    from tests.samples import runner

    run = runner(Path(sys.argv[1]))
    for name in DOCUMENTS:
        path = ROOT / name
        path.write_text(documented(path.read_text(encoding="utf-8"), run), encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
