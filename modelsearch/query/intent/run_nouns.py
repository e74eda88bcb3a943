"""Which runs a question names: by what stands before the noun ("PPO runs", "MLflow runs"), by the
tool that recorded them, or by a run's own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelsearch.query.names.lexicon import ENTITY_KINDS
from modelsearch.records.jsontext import texts_json
from modelsearch.records.patterns import lazy
from modelsearch.records.question import AskedRuns, Filter
from modelsearch.records.typed import TYPE_CHECKING
from modelsearch.search import memory
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary import normalise
from modelsearch.vocabulary.runs import column_words, columns

if TYPE_CHECKING:
    import apsw

    from modelsearch.query.names.lexicon import Lexicon

#: The noun with the words before it; "which CNN runs on a GPU" holds a verb.
_NOUN = lazy(
    r"(?i)(?<!\S)(?P<before>(?:[\w@.&\-]+\s+){1,3})(?P<noun>runs?|trials?)\b"
    r"(?!\s+(?:(?:on|in|under)\s+(?:(?:an?|the|one|two|\d+)\s+)?(?:cpu|gpu|tpu|mps|cuda)s?\b"
    r"|faster|slower|until))"
)
#: "how many epochs did X run": the last word is the verb.
_VERB_LAST = lazy(r"(?i)\b(?:did|does|do|can|will)\b.*\brun\W*$")
#: The noun with what recorded it behind: "runs recorded by MLflow", "runs in W&B".
_BY = lazy(
    r"(?i)\b(?:(?:recorded|logged|tracked|kept|made)\s+)?(?:by|with|in|from|of)\s+"
    r"(?P<name>(?:[\w&.\-]+ ?){1,3})"
)
#: How far the runs of a model went, and whether any recorded that.
_COUNTED = lazy(
    r"(?i)^\s*(?:for )?how many (?P<what>epochs|steps|iterations) (?:did|has|have|was|were|does) "
    r"(?:the )?(?:model |script )?(?P<model>[\w.\-/]+) (?:really |actually )?"
    r"(?:run|ran|train(?:ed)?|go through|gone through|finish(?:ed)?|complete[d]?)(?: for)?\W*$"
)
_COUNTED_SQL = (
    "SELECT 1 FROM run r JOIN model m ON m.id = r.model WHERE m.model_id = ? "
    "AND coalesce(r.epochs_done, r.steps_done) IS NOT NULL LIMIT 1"
)
_IN_PATHS = (
    "SELECT 1 FROM run WHERE instr(lower('/' || path || '/'), '/' || lower(?1) || '/') LIMIT 1"
)
_SHORTEST_FOLDER = 4  #: letters
#: Folders of runs that say nothing of them.
_DULL = frozenset({"runs", "logs", "wandb", "mlruns", "train", "training", "results", "output",
                   "outputs", "checkpoints", "experiments", "these", "those", "which", "what",
                   "with", "that", "from", "have"})  # fmt: skip
#: Kinds of names that say of which models runs are wanted.
_OF_MODELS = frozenset({*ENTITY_KINDS, "model", "architecture"})
#: What people call the tools that record runs, beside their own names.
_CALLED = {
    "wandb": "W&B", "weightsandbiases": "W&B", "weightsbiases": "W&B", "wb": "W&B",
    "ml flow": "MLflow", "tensorboards": "TensorBoard", "tb": "TensorBoard",
    "hf": "Hugging Face", "huggingfacetrainer": "Hugging Face", "sb3": "Stable-Baselines3",
    "pytorchlightning": "Lightning", "yolo": "Ultralytics", "csv": "CSV log",
    "json": "JSON log", "dvclive": "DVC",
}  # fmt: skip
_TOOLS = ("W&B", "MLflow", "TensorBoard", "Hugging Face", "Stable-Baselines3", "Lightning",
          "Ultralytics", "Sacred", "Trackio", "DVC", "Optuna", "Hydra")  # fmt: skip
#: What is said of a run that is named; none of these words restricts anything.
_SAID_OF_ONE = lazy(
    r"(?i)\b(?:what|how|tell|me|about|happened|happens|went|go|did|does|do|was|were|is|are|in|with|"
    r"of|for|to|the|a|an|its|runs?|trials?|made|recorded|called|named|by|at|from|details?|and|"
    r"show|give|have|has|had|reach|reached|it|this|that|good|end|get|got)\b"
)
_OTHER_THINGS = lazy(
    r"(?i)\b(?:models?|scripts?|notebooks?|pictures?|images?|photos?|plots?|samples?|videos?)\b"
)
_COMPARED = lazy(
    r"(?i)\b(?:compare[ds]?|comparing|comparison|differ(?:s|ence|ences)?|different|versus|vs\.?)\b"
)
_TELLING = lazy(r"[\d\-_./:]")
_BEGINS, _ENDS = lazy(r"(?<![\w@/.\-])(?=\S)"), lazy(r"(?<=\S)(?![\w@/\-])")
_LONGEST = 200  #: characters of a name
#: Names of experiments and runs of a JSON list, long ones first; none that is a model's.
_NAMED = (
    "SELECT field, name FROM (SELECT 'experiment' AS field, experiment AS name FROM run "
    "WHERE experiment COLLATE NOCASE IN (SELECT value FROM json_each(?1)) "
    "UNION SELECT 'run', run_id FROM run WHERE run_id IN (SELECT value FROM json_each(?1))) "
    "WHERE NOT EXISTS (SELECT 1 FROM model WHERE model_id = name) ORDER BY length(name) DESC"
)


def counted_of_model(question: str, asked: AskedRuns, connection: apsw.Connection) -> str | None:
    """Read how far the runs of a model went, "how many epochs did flowers_fit run": what they
    recorded is asked, where they did, and not what its script plans. Return the model's name.
    """
    found = _COUNTED.match(question)
    if found is None or not fetch_all(connection, _COUNTED_SQL, (found["model"],)):
        return None
    asked.ask, asked.fact = "fact", column_words()[found["what"].lower()]
    return f"of {found['model']}"


def kind_of_runs(question: str, asked: AskedRuns, lexicon: Lexicon) -> str | None:
    """Return the other words of a question in which a name stands before "runs": of a model, a
    family, a dataset and the like, which stays, or of the tool that recorded them, which becomes
    a condition. None where no such noun is there.
    """
    verb = _VERB_LAST.search(question)
    here = _Tools(lexicon.connection)
    for found in _NOUN.finditer(question):
        if verb is not None and not question[found.end() :].strip(" ?!."):
            return None
        words = found["before"].split()
        for count in range(len(words), 0, -1):
            said = " ".join(words[-count:])
            tool = _tool(said, here)
            names = lexicon.lookup([normalise(said)]).get(normalise(said), ())
            of_models = any(name.kind in _OF_MODELS for name in names)
            if tool is not None and (not of_models or normalise(tool) in here.known()):
                asked.where.append(Filter("run_tool", "=", tool, said))
                kept = " ".join(words[:-count])
                return f"{question[: found.start()]} {kept} {question[found.end() :]}"
            if of_models or _in_paths(said, lexicon.connection):
                return f"{question[: found.start('noun')]} {question[found.end() :]}"
    return None


def _in_paths(said: str, connection: apsw.Connection | None) -> bool:
    """Return whether a word is a folder that runs lie in: the "ablation" of ``logs/Ablation/``."""
    if connection is None or " " in said or len(said) < _SHORTEST_FOLDER or said.lower() in _DULL:
        return False
    return bool(fetch_all(connection, _IN_PATHS, (said,)))


def recorded_by(text: str, asked: AskedRuns, connection: apsw.Connection) -> str:
    """Read what recorded the runs where it stands behind them: "recorded by MLflow"."""
    here = _Tools(connection)
    for found in _BY.finditer(text):
        words = found["name"].split()
        for count in range(len(words), 0, -1):
            said = " ".join(words[:count])
            tool = _tool(said, here)
            if tool is not None:
                asked.where.append(Filter("run_tool", "=", tool, found[0].strip()))
                return f"{text[: found.start()]} {text[found.start('name') + len(said) :]}"
    return text


class _Tools:
    """The tools that recorded the runs of a database, by their normalised names: looked up where a
    question first asks, once for all its words, and kept by a server.
    """

    def __init__(self, connection: apsw.Connection | None) -> None:
        self.connection = connection
        self._known: dict[str, str] | None = None

    def known(self) -> dict[str, str]:
        """Return the names, none where there is no database."""
        if self._known is None and self.connection is not None:
            kept = memory.kept(self.connection, "tools of runs", _tools_here)
            self._known = _tools_here(self.connection) if kept is None else kept
        return self._known or {}


def _tools_here(connection: apsw.Connection) -> dict[str, str]:
    rows = fetch_all(connection, "SELECT DISTINCT tool FROM run")
    return {normalise(str(tool)): str(tool) for (tool,) in rows}


def _tool(said: str, tools: _Tools) -> str | None:
    """Return the tool of a name: one that recorded runs here, else one that is no more than that
    (Lightning is a framework as well, and means it where it recorded nothing).
    """
    if tools.connection is None:
        return None
    here = tools.known()
    spelling = normalise(said)
    meant = _CALLED.get(spelling) or _CALLED.get(spelling.replace(" ", ""))
    spelling = normalise(meant) if meant is not None else spelling
    if spelling in here:
        return here[spelling]
    known = {normalise(tool): tool for tool in _TOOLS}
    return known.get(spelling) if meant or spelling in _ONLY_TOOLS else None


_ONLY_TOOLS = frozenset(map(normalise, ("W&B", "MLflow", "TensorBoard", "Sacred", "Trackio")))


def named_runs(question: str, names: dict[str, str], asked: AskedRuns) -> str | None:
    """Read a question about runs that it names, without the noun: "reward of PPO_18", "compare
    PPO_16 and PPO_18". Return its other words, or None where it names none or asks for other
    things.
    """
    if not names or _OTHER_THINGS.search(question):
        return None
    return name_runs(question, names, asked)


def named_here(
    text: str, asked: AskedRuns, connection: apsw.Connection, named: dict[str, str]
) -> str:
    """Take out the names of runs, or that of an experiment, that stand in the question as they are
    recorded, where they are no plain words and no model's id.
    """
    if asked.thing != "runs" or asked.named:
        return text
    names = {said: name for said, name in named.items() if said in text}
    if names:
        return name_runs(text, names, asked)
    parts = {text[start:end]: (start, end) for start, end in _whole_parts(text)}
    for field, name in fetch_all(connection, _NAMED, (texts_json(parts),)):
        found = {part.lower(): place for part, place in parts.items()}.get(str(name).lower())
        if found is not None:
            start, end = found
            if field == "run":
                return name_runs(text, {text[start:end]: str(name)}, asked)
            asked.where.append(Filter(field, "=", name, text[start:end]))
            return text[:start] + " " + text[end:]
    return text


def _whole_parts(text: str) -> list[tuple[int, int]]:
    """Return where each part of a question begins and ends that may be such a name: as long as one,
    with a digit or a sign, between spaces or punctuation.
    """
    starts = [one.start() for one in _BEGINS.finditer(text)]
    ends = [one.start() for one in _ENDS.finditer(text)]
    return [
        (start, end)
        for start in starts
        for end in ends
        if start + 4 < end <= start + _LONGEST and _TELLING.search(text[start:end])
    ]


def name_runs(text: str, names: dict[str, str], asked: AskedRuns) -> str:
    """Make the runs that words name the condition, read what is asked of them, and return the
    words that nothing reads.
    """
    for said in names:
        text = re.sub(rf"(?<![\w.\-/]){re.escape(said)}(?![\w\-/])", " ", text)
    asked.named = list(dict.fromkeys(names.values()))
    asked.where.append(Filter("run", "=", "\n".join(asked.named), ", ".join(names)))
    if len(asked.named) > 1 and _COMPARED.search(text):
        asked.ask = "compare"
        text = _COMPARED.sub(" ", text)
    elif not asked.ask:
        for pattern, column in _facts_said(text):
            asked.fact, asked.ask = column, "fact"
            text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
            break
    return _SAID_OF_ONE.sub(" ", text)


def _facts_said(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is asked of a run: the pattern of its words, and the column that holds it."""
    for column in columns().values():
        if not column.groups:
            said = sorted((*column.words, *column.asked), key=len, reverse=True)
            pattern = rf"\b(?:{'|'.join(map(re.escape, said))})\b"
            if re.search(pattern, text, flags=re.IGNORECASE):
                yield pattern, column.name
