"""Which data a call makes or loads: one reader for each way of asking.

Vocabulary names are used where the vocabulary knows the data; an identifier that it does not know
(``load_dataset("me/things")``) is kept as written.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from modelsearch import vocabulary
from modelsearch.static.machine.scopes import CallRecord
from modelsearch.static.machine.values import (
    Abstract,
    Call,
    Const,
    Dotted,
    Instance,
    Seq,
    first,
    options,
    text,
)
from modelsearch.static.source.nodes import walk
from modelsearch.static.source.program import ClassInfo

if TYPE_CHECKING:
    pass

_IDENTIFIER = re.compile(r"^[\w/:.-]+-v\d+$")
_VERSION = re.compile(r"[-_]v\d+$")
_ENVIRONMENT = re.compile(
    r"^(gym|gymnasium|gym3|envpool|gym_super_mario_bros|safe_rl_envs|supersuit|brax\.envs|gymnax"
    r"|isaacgymenvs|shimmy|stable_baselines3\.common\.env_util|gym\.vector|gymnasium\.vector|gym\.envs"
    r"|tf_agents\.environments\.suite_gym|vizdoom|torchrl\.envs)\b.*\b(make|load|make_vec"
    r"|make_vec_env|make_atari_env|get_environment|create|GymEnv)$"
)
_AGENT = re.compile(r"^stable_baselines3\.(\w+\.)*(PPO|A2C|DQN|SAC|TD3|DDPG|HER)$")
_BUILDERS = {"imagefolder", "csv", "json", "text", "parquet", "audiofolder", "webdataset", "arrow"}
#: What examples write where a reader is to put a name of his own.
_PLACEHOLDER = re.compile(
    r"(?i)(.*/)?((my|your|some|the)[-_ ]?)?(own[-_ ]?)?data(set)?([-_ ]?(name|id|path))?$"
    r"|.*(path[-_/]to|<|>|\.\.\.)"
)
_SUFFIX = re.compile(r"(DataModule|DataLoader|Dataset|Datasets|Loader|Data|_dataset|_loader)$")


@dataclass(frozen=True, slots=True)
class Named:
    """A dataset as a call names it; ``known`` when the vocabulary has it, ``at`` the text that
    names it where that is not the call itself.
    """

    name: str
    known: bool = True
    note: str | None = None
    at: Abstract | None = None


def _lookup(key: str) -> Named | None:
    term = vocabulary.find_constructor("dataset", key)
    return Named(term.name) if term else None


def _by_name(prefix: str, value: str) -> Named:
    """Look an identifier up: as ``prefix:value``, its shorter forms, then as a spelling."""
    value = value.strip()
    parts = value.split(":")[0] if prefix == "tfds" else value
    tries = [value, parts]
    while "/" in parts:
        parts = parts.rpartition("/")[0]
        tries.append(parts)
    for each in tries:
        found = _lookup(f"{prefix}:{each}")
        if found:
            return found
    for each in (value, value.rpartition("/")[2]):
        term = vocabulary.find("dataset", each)
        if term and term.modality != "game":
            return Named(term.name)
    return Named(value, known=False)


def environment_name(identifier: str) -> str:
    """Return the name of a reinforcement-learning environment without prefix and version.

    ``"ALE/Breakout-v5"`` → ``Breakout``, ``"BreakoutNoFrameskip-v4"`` → ``Breakout``.
    """
    base = _VERSION.sub("", identifier.rpartition("/")[2].rpartition(":")[2])
    short = re.sub(r"(NoFrameskip|Deterministic)$", "", base)
    for each in (base, short):
        term = vocabulary.find_constructor("dataset", f"gym:{each}")
        if term is None:
            term = vocabulary.find("dataset", each)
        if term is not None and term.modality == "game":
            return term.name
    return short


def _strings(record: CallRecord, position: int | None, *names: str) -> list[Const]:
    value = record.argument(position, *names)
    return [o for o in options(value) if isinstance(o, Const) and isinstance(o.value, str)]


def _at(found: Named, source: Abstract) -> Named:
    return replace(found, at=source)


# ---- one reader per way of asking for data ------------------------------------------------------


def _hub(record: CallRecord, name: str) -> list[Named] | None:
    if not re.match(r"^(datasets|nlp)\.(load\.)?load_dataset$", name):
        return None
    found = []
    for source in _strings(record, 0, "path"):
        path: str = source.value
        if path.lower() in _BUILDERS or _PLACEHOLDER.match(path):
            continue
        configuration = _strings(record, 1, "name")
        joined = _lookup(f"hf:{path}/{configuration[0].value}") if configuration else None
        at = configuration[0] if joined else source
        found.append(_at(joined or _by_name("hf", path), at))
    return found


def _tfds(record: CallRecord, name: str) -> list[Named] | None:
    if not re.match(r"^tensorflow_datasets\.(load|builder|\w+\.load|data_source)$", name):
        return None
    return [_at(_by_name("tfds", each.value), each) for each in _strings(record, 0, "name")]


def _environment(record: CallRecord, name: str) -> list[Named] | None:
    if _ENVIRONMENT.match(name):
        identifiers = _strings(record, 0, "id", "task_id", "env_id", "env_name", "task")
    elif _AGENT.match(name):
        identifiers = _strings(record, 1, "env")
    else:
        return None
    names = [(environment_name(each.value), each) for each in identifiers]
    return [
        Named(name, vocabulary.find("dataset", name) is not None, None, at) for name, at in names
    ]


_PETTINGZOO = re.compile(r"^pettingzoo\.\w+\.(\w+?)_v\d+\.\w*env$")


def _pettingzoo(record: CallRecord, name: str) -> list[Named] | None:
    """``pettingzoo.atari.pong_v3.parallel_env()``."""
    found = _PETTINGZOO.match(name)
    return [Named(environment_name(found[1]))] if found else None


def _environment_argument(record: CallRecord, name: str) -> list[Named] | None:
    """A versioned environment that a project function is given: ``make_env("CartPole-v1", …)``."""
    if ":" not in name or "env" not in record.last.lower():
        return None
    values = [v for p in range(3) for v in _strings(record, p)]
    values += [v for key in record.kwargs for v in _strings(record, None, key)]
    known = [each for each in values if _IDENTIFIER.match(each.value)]
    return [Named(environment_name(each.value), at=each) for each in known] or None


_LOADERS = {
    "sklearn.datasets.fetch_openml": ("openml", 0, "name"),
    "sklearn.datasets.fetch_mldata": ("openml", 0, "dataname"),
    "surprise.Dataset.load_builtin": ("surprise", 0, "name"),
    "pmlb.fetch_data": ("pmlb", 0, "dataset_name"),
    "wilds.get_dataset": ("wilds", 0, "dataset"),
    "statsmodels.api.datasets.get_rdataset": ("rdataset", 0, "dataname"),
    "seaborn.load_dataset": ("sns", 0, "name"),
    "gensim.downloader.load": ("gensim", 0, "name"),
    "learn2learn.vision.benchmarks.get_tasksets": ("l2l", 0, "name"),
    **{
        f"ogb.{task}proppred.{library}{task.title()}PropPredDataset": ("ogb", 0, "name")
        for task in ("node", "link", "graph")
        for library in ("Pyg", "Dgl", "")
    },
    "torch_geometric.datasets.Planetoid": ("torch_geometric.datasets.Planetoid/", 1, "name"),
    "torch_geometric.datasets.TUDataset": ("torch_geometric.datasets.TUDataset/", 1, "name"),
    "spektral.datasets.Citation": ("torch_geometric.datasets.Planetoid/", 0, "name"),
    "spektral.datasets.TUDataset": ("torch_geometric.datasets.TUDataset/", 0, "name"),
    "torch_geometric.datasets.MoleculeNet": ("torch_geometric.datasets.MoleculeNet/", 1, "name"),
    **{
        f"torch_geometric.datasets.{kind}": (f"torch_geometric.datasets.{kind}/", 1, "name")
        for kind in (
            "Amazon", "Coauthor", "WebKB", "WikipediaNetwork", "RelLinkPredDataset", "CitationFull",
            "HeterophilousGraphDataset", "LRGBDataset", "AttributedGraphDataset", "Airports",
            "LINKXDataset",
        )
    },
    "ucimlrepo.fetch_ucirepo": ("uci", None, "name"),
    "imblearn.datasets.fetch_datasets": ("imblearn", None, "filter_data"),
}  # fmt: skip
#: Loaders that are also given a number.
_NUMBERED = {
    "ucimlrepo.fetch_ucirepo": ("uci:", 1, "id"),
    "sklearn.datasets.fetch_openml": ("openml:#", None, "data_id"),
    "openml.datasets.get_dataset": ("openml:#", 0, "dataset_id"),
}


def _loader(record: CallRecord, name: str) -> list[Named] | None:
    known = _LOADERS.get(name)
    if known is None:
        return None
    prefix, position, keyword = known
    names = _strings(record, position, keyword)
    if prefix.endswith("/"):
        return [
            _at(_lookup(prefix + each.value) or Named(each.value, False), each) for each in names
        ]
    if not names and prefix == "imblearn":
        return [_by_name(prefix, key) for key in _keys(record)]
    return [_at(_by_name(prefix, each.value), each) for each in names] or _numbered(record, name)


def _keys(record: CallRecord) -> list[str]:
    """Return what is taken out of the call's result where it stands: ``fetch()["ecoli"]``."""
    return [
        node.slice.value
        for node in walk(record.module.tree)
        if isinstance(node, ast.Subscript) and node.value is record.node
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
    ]


def _numbered(record: CallRecord, name: str) -> list[Named]:
    """``fetch_ucirepo(id=53)`` and ``fetch_openml(data_id=554)``, where the number is known."""
    if name not in _NUMBERED:
        return []
    prefix, position, keyword = _NUMBERED[name]
    found = []
    for option in options(record.argument(position, keyword)):
        named = _lookup(f"{prefix}{option.value}") if isinstance(option, Const) else None
        if named is not None:
            found.append(_at(named, option))
    return found


def _yolo(record: CallRecord) -> list[Named]:
    """``YOLO("yolov8n.pt").train(data="coco128.yaml")``."""
    made = first(record.receiver) if record.method == "train" and record.receiver else None
    if not isinstance(made, Call) or not (made.name or "").startswith("ultralytics."):
        return []
    found = []
    for each in _strings(record, None, "data"):
        stem = each.value.rpartition("/")[2].removesuffix(".yaml").removesuffix(".yml")
        term = vocabulary.find_in_code("dataset", stem)
        if term is not None:
            found.append(Named(term.name, at=each))
    return found


def _procgen(record: CallRecord, name: str) -> list[Named] | None:
    if name != "procgen.ProcgenEnv":
        return None
    games = _strings(record, 1, "env_name")
    return [Named("Procgen", note=f"game {each.value}") for each in games]


def _fastai(record: CallRecord, name: str) -> list[Named] | None:
    if not name.startswith("fastai") or record.last not in ("untar_data", "download_data"):
        return None
    found = []
    for option in options(record.argument(0, "url")):
        if isinstance(option, Dotted) or hasattr(option, "name"):
            last = str(getattr(option, "name", "")).rpartition(".")[2]
            found.append(_lookup(f"fastai:{last}") or Named(last, False))
    return found


def _lsun(record: CallRecord, name: str) -> list[Named] | None:
    if name != "torchvision.datasets.LSUN":
        return None
    value = first(record.argument(1, "classes"))
    classes = [text(item) or "" for item in value.items] if isinstance(value, Seq) else []
    bedroom = bool(classes) and all(each.startswith("bedroom") for each in classes)
    return [Named("LSUN bedroom" if bedroom else "LSUN", at=value if bedroom else None)]


def _constructor(record: CallRecord, name: str) -> list[Named] | None:
    """Look the called name up, then what stands before a method (``IMDB.splits``)."""
    current = re.sub(r"^d2l\.(torch|tensorflow|mxnet|paddle|jax)\.", "d2l.", name)
    for _ in range(3):
        found = _lookup(current)
        if found is not None:
            return [found]
        current = current.rpartition(".")[0]
    return None


def _spelling(record: CallRecord, name: str) -> list[Named] | None:
    """A library class or function that is called like a dataset, where data is to be expected."""
    if not re.search(r"(?i)dataset|datamodule|\bdata\b|demos|corpus|corpora", name):
        return None
    last = record.last
    if re.fullmatch(r"(load|fetch|get|read)_(data|dataset|splits)|load|splits", last):
        last = name.rpartition(".")[0].rpartition(".")[2]
    last = _SUFFIX.sub("", last)
    last = re.sub(r"^(load|fetch|get|read)_(data_)?", "", last)
    term = vocabulary.find("dataset", last) if len(last) > 3 else None
    if term is None or term.modality in ("game", "generated"):
        return None
    return [Named(term.name)]


_READERS = (
    _hub,
    _tfds,
    _environment,
    _pettingzoo,
    _environment_argument,
    _loader,
    _fastai,
    _procgen,
    _lsun,
    _constructor,
    _spelling,
)


def library_names(record: CallRecord) -> Iterator[str]:
    """Yield the library names that a call stands for: its own, or the bases of a project class."""
    if isinstance(record.target, ClassInfo) and isinstance(record.result, Instance):
        yield from record.result.klass.library_bases()
    elif record.name:
        yield record.name


def named_by(record: CallRecord) -> list[Named]:
    """Return the data that a call makes or loads, if its name or arguments say which."""
    for name in library_names(record):
        for reader in _READERS:
            found = reader(record, name)
            if found is not None:
                return found
    return _yolo(record)


#: Readers of calls that name their data without being executed.
CONSTRUCTORS = (_hub, _tfds, _environment, _loader, _lsun, _constructor)
