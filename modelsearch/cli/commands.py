"""The table of commands: what each is called, what it takes, and what carries it out.

Both readers of a command line are made from it: the full one (:mod:`modelsearch.cli.app`) has all
commands, the quick one (:mod:`modelsearch.cli.quick`) those that only read. Help, documentation
and completion follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from modelsearch.records.structs import frozen
from modelsearch.records.typed import Any


@frozen
class Words:
    """The words that a command takes beside its options; ``most`` None is any number."""

    name: str
    help: str
    least: int = 1
    most: int | None = None
    paths: bool = False


@frozen
class Command:
    """A command. ``options`` and ``run`` name a class and a function of a module of this room,
    as ``module:name``, imported only when the command is given.

    The function is called with the list of words and with the options. ``quick`` commands only
    read; ``words`` None takes none.
    """

    name: str
    about: str
    options: str
    run: str
    words: Words | None = None
    examples: str = ""
    quick: bool = True

    @property
    def brief(self) -> str:
        """What it does in a few words, for lists of commands: the first clause of ``about``."""
        first = min((self.about.partition(end)[0] for end in (";", ":", " (")), key=len)
        return first.rstrip(".") + "."

    @property
    def options_class(self) -> Any:
        """The class of this command's options."""
        return _named(self.options)

    @property
    def function(self) -> Callable[[list[str], Any], None]:
        """The function that carries the command out."""
        found: Callable[[list[str], Any], None] = _named(self.run)
        return found


def _named(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(__import__(f"modelsearch.cli.{module}", fromlist=(name,)), name)


_NAMES = "Model ids, paths, or any part that names one model."

COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command(
            "index", "Read folders into the database; run it again to bring it up to date.",
            "indexing:Indexed", "indexing:index",
            Words("paths", "Folders (or single scripts) to index.", paths=True),
            "Examples:  modelsearch index ~/models    "
            "modelsearch index project/ other/ --db lab.db --encoder none",
            quick=False,
        ),
        Command(
            "watch", "Index folders now, and again whenever something in them changes.",
            "watching:Watched", "watching:watch",
            Words("paths", "Folders to watch.", paths=True),
            "Example:  modelsearch watch ~/models --rest 10", quick=False,
        ),
        Command(
            "query", "Answer a question about the indexed models.",
            "query:Asked", "query:ask", Words("question", "A question in plain words."),
            'Examples:  modelsearch query "diffusion models on Oxford flowers"    '
            'modelsearch query "dataset:mnist lr:<1e-3 -framework:tensorflow" --format json',
        ),
        Command(
            "show", "Print everything known about a model, each value with where it was read.",
            "showing:Shown", "showing:show", Words("names", _NAMES),
            "Example:  modelsearch show flower_v2",
        ),
        Command(
            "runs", "List recorded runs: all, those of a model, or what a question asks for.",
            "query:Asked", "running:runs",
            Words("words", "Nothing, a model, or a question about runs.", least=0),
            "Examples:  modelsearch runs    modelsearch runs flower_v2    "
            'modelsearch runs "failed, with lr 3e-4"',
        ),
        Command(
            "images", "List pictures: of a model, or what a question asks for; look at them.",
            "looking:Listed", "looking:list_pictures",
            Words("names", "Model ids, paths or parts of them, or a question for pictures.",
                  least=0),
            "Examples:  modelsearch images cyclegan_v1 --epoch 100    "
            'modelsearch images "last 5 epochs of flower_v1" --sheet sheet.png --open',
        ),
        Command(
            "similar-images",
            "Find stored pictures that look like one: copies, other sizes and formats, near "
            "versions.",
            "pictures:Alike", "pictures:similar_images",
            Words("file", "A picture file, or the id of a stored picture.", most=1),
            "Examples:  modelsearch similar-images sample.png    "
            "modelsearch similar-images sample.png --encoder models/clip-ViT-B-32",
            quick=False,
        ),
        Command(
            "looks",
            "Look at the pictures that were not looked at yet (colours, likeness, plots); stop it "
            "when you like, run it again to go on.",
            "looks:Looked", "looks:looks",
            examples="Example:  modelsearch looks --db lab.db", quick=False,
        ),
        Command(
            "embed",
            "Add the vectors that passages still lack; stop it when you like, run it again to go "
            "on.",
            "vectors:Embedded", "vectors:embed",
            examples="Example:  modelsearch embed --db lab.db", quick=False,
        ),
        Command(
            "repl",
            "Ask question after question; a line that begins with a dot is a setting (.help).",
            "repl:Session", "repl:repl", examples="Example:  modelsearch repl --db lab.db",
            quick=False,
        ),
        Command(
            "compare",
            "Show what differs between models or groups of models, and what they share.",
            "showing:Compared", "showing:compare",
            Words("names", "Two or more models; - reads ids from stdin.", least=0),
            "Examples:  modelsearch compare flower_v1 flower_v2    "
            'modelsearch compare --cohort "diffusion on CIFAR-10" --cohort "diffusion on MNIST"',
        ),
        Command(
            "list", "List what the database holds, with the number of models of each.",
            "showing:Counted", "showing:list_values",
            Words("what", "models, datasets, architectures, frameworks, optimizers …", most=1),
            "Example:  modelsearch list datasets",
        ),
        Command(
            "sql", "Run a read-only SQL statement over the tables and views of the database.",
            "showing:Statement", "showing:run_sql",
            Words("statement", "One SELECT; the file is opened read-only.", most=1),
            'Example:  modelsearch sql "SELECT model_id, epochs FROM models"',
        ),
        Command(
            "fields", "List the fields that a question can filter by, with examples.",
            "showing:FieldsShown", "showing:list_fields", quick=False,
        ),
        Command(
            "info", "Say what a database holds, how large each part is, and what was left out.",
            "sharing:Information", "sharing:info",
            examples="Example:  modelsearch info --db lab.db", quick=False,
        ),
        Command(
            "export", "Write a file to pass on: everything, or what a question or ids name.",
            "sharing:Exported", "sharing:export",
            Words("target", "The file to write, then a question or the ids of models."),
            'Examples:  modelsearch export share.db    modelsearch export part.db '
            '"diffusion models since March" --no-paths --no-code',
            quick=False,
        ),
        Command(
            "merge", "Join several people's databases in one; run it again to bring it up to date.",
            "sharing:MergedInto", "sharing:merge",
            Words("files", "Databases, as a.db or OWNER=a.db."),
            "Example:  modelsearch merge alice=a.db bob=b.db -o lab.db",
            quick=False,
        ),
        Command(
            "relocate", "Say that an indexed folder lies elsewhere now; models keep their ids.",
            "sharing:OneFile", "sharing:relocate",
            Words("folders", "The folder as the database has it, and where it is now."),
            "Example:  modelsearch relocate /old/models /new/models",
            quick=False,
        ),
        Command(
            "forget", "Remove folders or models from the database; their files stay.",
            "sharing:OneFile", "sharing:forget", Words("names", "Indexed folders, or models."),
            "Example:  modelsearch forget ~/models/old_project",
            quick=False,
        ),
        Command(
            "mcp", "Serve the database to an assistant (Model Context Protocol, over stdio).",
            "assistants:Served", "assistants:mcp",
            examples="Example:  modelsearch mcp --db ~/models.db", quick=False,
        ),
        Command(
            "serve", "Show the database in a browser: a page on this machine alone.",
            "serving:Page", "serving:serve",
            examples="Examples:  modelsearch serve --open    modelsearch serve --write --port 8765",
            quick=False,
        ),
        Command(
            "plugins", "List what installed packages add: libraries, readers of runs, names.",
            "plugins:Installed", "plugins:list_plugins", quick=False,
        ),
        Command(
            "datasette-metadata",
            "Print what Datasette should know of the database: views, explained, and queries.",
            "datasette:Described", "datasette:datasette_metadata",
            examples="Example:  modelsearch datasette-metadata > metadata.json; "
            "datasette models.db --metadata metadata.json", quick=False,
        ),
        Command(
            "tag", "Give a model tags such as baseline; they survive indexing again.",
            "remarks:Tagging", "remarks:tag", Words("words", "A model, then its tags."),
            "Examples:  modelsearch tag flower_v2 baseline paper    "
            "modelsearch tag flower_v2 paper --remove", quick=False,
        ),
        Command(
            "note", "Write a note on a model.", "remarks:Saying", "remarks:note",
            Words("words", "A model, then the note."),
            'Example:  modelsearch note flower_v2 "diverged after epoch 3"', quick=False,
        ),
        Command(
            "set", "Correct a value of a model; it wins over what was read.",
            "remarks:Saying", "remarks:correct", Words("words", "A model, a field, the value."),
            "Example:  modelsearch set flower_v2 learning_rate 3e-4", quick=False,
        ),
        Command(
            "unset", "Say that a value of a model is wrong: it is unknown then.",
            "remarks:Saying", "remarks:discard", Words("words", "A model and a field."),
            "Example:  modelsearch unset flower_v2 dataset", quick=False,
        ),
        Command(
            "own", "Say which model a picture is of.", "remarks:Saying", "remarks:own",
            Words("words", "A picture (its id or path) and a model."),
            "Example:  modelsearch own samples/final.png flower_v2", quick=False,
        ),
        Command(
            "remarks", "List tags, notes and corrections, each with its number.",
            "remarks:Listing", "remarks:list_remarks",
            Words("model", "A model; all without one.", least=0),
            "Example:  modelsearch remarks flower_v2", quick=False,
        ),
        Command(
            "undo", "Take back a tag, a note or a correction by its number.",
            "remarks:Undoing", "remarks:undo", Words("number", "As `remarks` lists it."),
            "Example:  modelsearch undo 3", quick=False,
        ),
    )
}  # fmt: skip
