"""Which runs a question names: by what stands before the noun ("PPO runs", "MLflow runs"), by the
tool that recorded them, or by a run's own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelsearch.query.names.lexicon import ENTITY_KINDS
from modelsearch.query.names.run_names import runs_named
from modelsearch.records.patterns import lazy
from modelsearch.records.question import AskedRuns, Filter
from modelsearch.search import memory
from modelsearch.store.database import fetch_all
from modelsearch.vocabulary import normalise

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
#: What is asked of a run: the words, and the column that holds it.
_FACTS = {
    r"(?:git )?(?:commit|revision)(?: hash)?": "commit_hash",
    r"(?:random )?seed": "seed",
    r"(?:status|state)": "status",
    r"(?:tool|tracker)": "tool",
    r"(?:dataset|data set)": "dataset",
    r"(?:hardware|gpu|device)": "hardware",
    r"(?:learning rate|lr)": "learning_rate",
    r"batch[ _]?size": "batch_size",
    r"optimi[sz]er": "optimizer",
    r"(?:script|program)": "program",
    r"experiment": "experiment",
    r"(?:when|started|start)": "started_at",
    r"(?:duration|how long)": "duration_s",
}


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
            if tool is not None:
                asked.where.append(Filter("run_tool", "=", tool, said))
                kept = " ".join(words[:-count])
                return f"{question[: found.start()]} {kept} {question[found.end() :]}"
            names = lexicon.lookup([normalise(said)]).get(normalise(said), ())
            if any(name.kind in _OF_MODELS for name in names):
                return f"{question[: found.start('noun')]} {question[found.end() :]}"
    return None


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


def named_runs(question: str, asked: AskedRuns, lexicon: Lexicon) -> str | None:
    """Read a question about runs that it names, without the noun: "reward of PPO_18", "compare
    PPO_16 and PPO_18". Return its other words, or None where it names none or asks for other
    things.
    """
    if lexicon.connection is None or _OTHER_THINGS.search(question):
        return None
    names = runs_named(question, lexicon)
    if not names:
        return None
    return name_runs(question, names, asked)


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
    for words, column in _FACTS.items():
        pattern = rf"\b{words}\b"
        if re.search(pattern, text, flags=re.IGNORECASE):
            yield pattern, column
