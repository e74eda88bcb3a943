"""What `modelsearch index` does: read folders into the database, with progress, and a summary."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelsearch.cli.options import DB_HERE, FORMAT, option, options, output_of
from modelsearch.records.errors import Interrupted, ModelsearchError

if TYPE_CHECKING:
    import apsw


@options
class Indexed:
    """The options of `modelsearch index`."""

    db: Path | str = DB_HERE
    encoder: str = option(
        "default",
        "--encoder",
        help="default, none (keywords only), or a local sentence-transformers model.",
    )
    keep_missing: bool = option(False, "--keep-missing", help="Keep models whose files are gone.")
    images: bool = option(True, "--images/--no-images", help="Read pictures.")
    looks: bool = option(
        True,
        "--looks/--no-looks",
        help="Look at pictures: colours, likeness, plots; else `modelsearch looks` does it later.",
    )
    thumbnails: bool | None = option(
        None,
        "--thumbnails/--no-thumbnails",
        takes="switch",
        help="Keep small copies of pictures in the database; stays as it was if not given.",
    )
    code: bool | None = option(
        None,
        "--code/--no-code",
        takes="switch",
        help="Keep the statements of scripts, for comparing; stays as it was if not given.",
    )
    texts: bool | None = option(
        None,
        "--texts/--no-texts",
        takes="switch",
        help="Keep READMEs, docstrings, comments and prompts; stays as it was if not given.",
    )
    exclude: Sequence[str] | None = option(
        None,
        "--exclude",
        takes="text",
        many=True,
        quick=False,
        help="A pattern of paths to leave alone, as in .gitignore; again for more.",
    )
    gitignore: bool = option(
        True, "--gitignore/--no-gitignore", help="Leave alone the scripts that git ignores."
    )
    jobs: int = option(0, "--jobs", "-j", help="Processes; 0: a core each.", least=0)
    verbose: bool = option(False, "--verbose", "-v", help="Name every file that failed.")
    format: str = FORMAT


def index(paths: Sequence[Path | str], options: Indexed) -> None:
    """Read folders into the database. Raises ModelsearchError for what cannot be read."""
    from modelsearch.index.indexing import index as run
    from modelsearch.index.looks import THUMBNAIL_SIDE
    from modelsearch.index.own_names import with_own_names
    from modelsearch.index.summary import IndexOptions
    from modelsearch.records.progress import ProgressBars
    from modelsearch.render.indexing import index_text, write_summary
    from modelsearch.search.encoders import load_encoder
    from modelsearch.sources.ignoring import IgnoreRules
    from modelsearch.sources.processes import end_processes
    from modelsearch.store.sessions import writing

    folders = [Path(path) for path in paths]
    for path in folders:
        if not path.exists():
            raise ModelsearchError(f"{path} does not exist; name a folder or a script to index")
    chosen = load_encoder(options.encoder)
    db = Path(options.db)
    side = THUMBNAIL_SIDE if options.thumbnails else 0
    wanted = IndexOptions(
        jobs=options.jobs,
        keep_missing=options.keep_missing,
        images=options.images,
        looks=options.looks,
        thumbnail=None if options.thumbnails is None else side,
        code=options.code,
        texts=options.texts,
        ignore=IgnoreRules(tuple(options.exclude or ()), options.gitignore),
    )
    wanted = with_own_names(wanted, db)
    with writing(db) as connection, ProgressBars() as progress:
        try:
            summary = run(connection, folders, chosen, wanted, progress)
        except KeyboardInterrupt:
            end_processes()
            raise Interrupted(_kept(connection, db)) from None
    with output_of(options) as output:
        if output.is_table:
            told = index_text(summary, db, verbose=options.verbose, width=output.width)
            sys.stderr.write(told + "\n")
        else:
            write_summary(summary, db, output)


def _kept(connection: apsw.Connection, db: Path) -> str:
    """Say what an ended run leaves: files that are committed are not read again."""
    from modelsearch.store.database import fetch_value

    files = int(fetch_value(connection, "SELECT count(*) FROM artefact") or 0)
    kept = f"{files:,} {'file is' if files == 1 else 'files are'} kept in {db}"
    return f"interrupted; {kept}, and the next run goes on from there"
