"""Weaker ways to know the data: paths that are read, names of classes and of the script itself.

Only names that the vocabulary knows count here, whole path components at a time, and each fact
says by its note that it is weaker.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from modelsearch import vocabulary
from modelsearch.records.artefacts import DatasetFact, Evidence
from modelsearch.records.wordlists import word_set
from modelsearch.static.data.choices import in_table
from modelsearch.static.machine.evaluator import place_evidence
from modelsearch.static.machine.naming_lines import spanning_evidence
from modelsearch.static.machine.values import Abstract, Const, Instance, Map, Seq, constant, options
from modelsearch.static.source.nodes import walk
from modelsearch.static.source.program import ClassInfo, Program
from modelsearch.vocabulary.roles import role

_WEIGHTS = role("stored weights")

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator
    from modelsearch.static.machine.scopes import CallRecord

#: Last parts of calls that read data from a path or an address.
_READS = word_set("""
    ImageFolder DatasetFolder glob iglob rglob open listdir scandir walk read_csv read_table
    read_json read_parquet read_excel read_pickle load loadtxt genfromtxt load_from_disk
    load_dataset urlretrieve get_file get urlopen download_url download_and_extract_archive
    loadmat image_dataset_from_directory text_dataset_from_directory flow_from_directory imread
    File Path join TextLineDataset TFRecordDataset splits TabularDataset from_folder from_csv
    load_svmlight_file DMatrix Dataset ImageFolderDataset maybe_download download wget
    from_path_func from_name_func load_data Corpus make_dataset HDF5File ImageDataset read_text
    read_bytes iterdir exists isdir extractall ZipFile dataset_download competition_download
    dataset_load hf_hub_download snapshot_download cached_download read_feather read_hdf
    fromfile memmap make_csv_dataset CsvDataset read_image read_fwf read_lines get_game_path
""")
#: Those that read training data and little else: they count beside calls that state data too.
DATA_READS = word_set("""
    ImageFolder DatasetFolder read_csv read_table read_json read_parquet read_excel loadtxt
    genfromtxt load_from_disk urlretrieve get_file download_url download_and_extract_archive
    image_dataset_from_directory text_dataset_from_directory flow_from_directory TextLineDataset
    open listdir load_svmlight_file DMatrix ImageFolderDataset loadmat glob dataset_download
    competition_download dataset_load read_feather read_hdf make_csv_dataset CsvDataset
""")
_EXTENSION = re.compile(
    r"\.(csv|tsv|txt|json|jsonl|npy|npz|zip|tar|gz|tgz|bz2|h5|hdf5|pkl|pickle|mat|parquet|data|arff"
    r"|tfrecord|tfrecords|lmdb|py|ipynb|xlsx?|bin|pt|train|test)$",
    re.I,
)
_DECORATION = re.compile(
    r"(?i)^(train|test|val|processed|raw|my|small|the)[-_. ]+|"
    r"[-_. ]+(train(ing)?|test(ing)?|val(id(ation)?)?|data(set)?s?|images?|full|raw|all|small|"
    r"python|py|png|jpe?g|mini|files?|dir|folder|root|path|processed|batches|matlab|cropped|"
    r"original|resized|master|ubyte|size|v?\d+(x\d+)?)$"
)
WEAK_MODALITIES = ("game", "generated")
#: Plain words that are also names of data: no evidence when they stand in a path or file name.
COMMON = frozenset(
    {"wine", "names", "digits", "maps", "reddit", "stocks", "maestro", "universe", "memory"}
    # spelt so only where an option names the data
    | {
        "cars",
        "pets",
        "flowers",
        "flower",
        "dogs",
        "food",
        "textures",
        "market",
        "weather",
        "solar",
    }
    | {
        "record",
        "records",
        "traffic",
        "electricity",
        "exchange",
        "illness",
        "amazon",
        "exchangerate",
        "aircraft",
    }
    | {"aircrafts", "advertising", "insurance", "yeast", "synthia", "marketing", "heart", "duke"}
    | {"sentiment", "gutenberg", "pascal", "superb", "pets", "faces", "emotion", "concrete", "glue"}
    | {
        "diamonds",
        "ett",
        "covertype",
        "superglue",
        "wikipedia",
        "oscar",
        "pile",
        "mpii",
        "synthetic",
    }
)


def match_component(part: str) -> str | None:
    """Return the dataset that one component of a path names, else None.

    ``"img_align_celeba"`` and ``"celeba.zip"`` are CelebA; ``"train"`` is nothing.
    """
    previous = None
    while part and part != previous:
        term = vocabulary.find_in_code("dataset", part)
        if term is not None and term.modality not in WEAK_MODALITIES:
            key = vocabulary.normalise(part)
            return term.name if len(key) > 3 and key not in COMMON else None
        previous = part
        part = _EXTENSION.sub("", part)
        if part == previous:
            part = _DECORATION.sub("", part)
        if part == previous and not part.startswith("."):
            part = part.partition(".")[0]  # cora.content, ml-1m.train.rating
    return None


#: Words in names of functions and files that hold something else than data, though they name some.
_NOT_DATA = word_set("""
    model models weights net network classifier classes class labels label names transform
    transforms mean std stats config args pretrained checkpoint checkpoints state path dir env
    loss optimizer score results result output outputs samples logs vocab embedding embeddings
    stopwords statistics normalization weight palette
""")

#: Names of files that hold something learned or made, not the data they are named for.
_MADE = re.compile(r"(?i)\.(pth?|ckpt|h5|hdf5|onnx|pb|tflite|safetensors|log|png|jpg|gif|ya?ml)$")


def match_beginning(part: str) -> str | None:
    """Return the dataset that the first words of a path component spell, else None.

    ``"ravdess-emotional-speech-audio"`` is RAVDESS; ``"imagenet_classes.txt"`` is nothing.
    """
    words = [word for word in re.split(r"[-_. ]+", part) if word]
    if _MADE.search(part) or not _NOT_DATA.isdisjoint(word.lower() for word in words):
        return None
    for size in range(len(words) - 1, 0, -1):
        key = "".join(words[:size])
        term = vocabulary.find("dataset", key)
        if term is not None and term.modality not in WEAK_MODALITIES:
            return term.name if len(key) > 4 and key.lower() not in COMMON else None
    return None


#: One file of surnames for each language, as PyTorch's tutorials lay them out.
_NAMES_OF_LANGUAGES = re.compile(r"data/names/(\*|[A-Z][a-z]+)\.txt$")


def _match_address(address: str) -> str | None:
    """Return the dataset that the vocabulary keeps an address of, by the address's beginning."""
    place = address.partition("://")[2].removeprefix("www.").lower()
    for known, term in vocabulary.constructors("dataset").items():
        if known.startswith("url:") and place.startswith(known[4:]):
            return term.name
    return None


def match_path(path: str, loosely: bool = False) -> str | None:
    """Return the dataset that a path or address names, the deepest component first.

    ``loosely`` lets the first words of a component count where no whole one is a name.
    """
    if len(path) > 300 or "\n" in path:
        return None
    if "://" in path:
        found = _match_address(path)
        if found:
            return found
    if _NAMES_OF_LANGUAGES.search(path):
        return "Surnames by language"
    parts = [part for part in re.split(r"[\\/]+", path.split("?")[0]) if part]
    for matching in (match_component, match_beginning) if loosely else (match_component,):
        for part in reversed(parts):
            found = matching(part)
            if found:
                return found
    return None


def texts_of(value: Abstract | None, depth: int = 0) -> Iterator[tuple[Abstract, str]]:
    """Yield the texts that a value may be or hold, each with what states it."""
    for option in options(value):
        if isinstance(option, Const) and isinstance(option.value, str):
            yield option, option.value
        elif isinstance(option, Seq) and depth < 2:
            for item in option.items[:8]:
                yield from texts_of(item, depth + 1)
        elif isinstance(option, Map) and depth < 1 and not option.namespace:
            for item in list(option.items.values())[:8]:
                yield from texts_of(item, depth + 1)


#: Arguments that hold names of classes: an iris in pictures of flowers is not the Iris data.
_NO_PATHS = frozenset({"classes", "class_names", "labels", "categories", "names", "columns"})


def _reads(record: CallRecord) -> bool:
    if isinstance(record.target, ClassInfo):
        return bool(re.search(r"(?i)data|corpus|loader|reader", record.target.name))
    if record.target is not None:
        return bool(re.search(r"(?i)data|load|read|corpus|download", record.target.name))
    return record.last in _READS


def _restores(record: CallRecord) -> bool:
    """Return whether ``torch.load`` reads weights, as it does outside folders of data."""
    return record.name in _WEIGHTS and not any(
        "data" in path.lower() for _, path in texts_of(record.argument(0, "f"))
    )


_WRITING = re.compile(r"[wax][bt+]*")


def _writes(record: CallRecord) -> bool:
    """Return whether the call opens a file to write it (``open(name, "w")``)."""
    if record.last != "open":
        return False
    modes = [constant(value) for value in (*record.args[:2], record.kwargs.get("mode"))]
    return any(isinstance(mode, str) and _WRITING.fullmatch(mode) for mode in modes)


def from_paths(
    program: Program, evaluator: Evaluator, accepts: Callable[[CallRecord], bool] | None = None
) -> list[DatasetFact]:
    """Return the datasets that paths given to reading calls name.

    ``accepts`` chooses other calls than the usual ones.
    """
    found: dict[str, DatasetFact] = {}
    for record in evaluator.calls():
        if not (accepts or _reads)(record) or _writes(record) or _restores(record):
            continue
        if record.last == "join" and in_table(record):
            continue
        named = (each for key, each in record.kwargs.items() if key not in _NO_PATHS)
        for value in (*record.args, *named):
            for abstract, path in texts_of(value):
                loosely = accepts is None and record.last in DATA_READS
                name = match_path(path, loosely) if path not in program.modules else None
                if name and name not in found:
                    where = _named_at(abstract, name)
                    evidence = where or evaluator.evidence(abstract) or record.evidence
                    note = "from the path, weaker"
                    if where is None and _is_scattered(abstract):
                        note = "from a computed path, weaker"
                    found[name] = DatasetFact(name, evidence, note=note)
    facts = list(found.values())
    return facts if len(facts) <= 3 else []


def _is_scattered(value: Abstract) -> bool:
    """Return whether the parts of a text stand on several lines."""
    places = value.places if isinstance(value, Const) else ()
    return len({(id(each.module), getattr(each.node, "lineno", each.line)) for each in places}) > 1


def _named_at(value: Abstract, name: str) -> Evidence | None:
    """Return where the part of a joined path stands that names the data."""
    if not isinstance(value, Const):
        return None
    for place in value.places:
        if isinstance(place.literal, str) and match_path(place.literal, True) == name:
            inner = spanning_evidence(place, lambda part: match_path(part, True) == name)
            return inner or place_evidence(place)
    for place in value.places:
        if isinstance(place.literal, str) and len(value.value) > 3 and value.value in place.literal:
            return place_evidence(place)
    return None


def _words(name: str) -> list[str]:
    """Split ``CelebADataset``, ``KITTIDataset`` and ``train_mnist-gan`` into words."""
    spaced = re.sub(r"([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])", r"\1\3 \2", name)
    return [word for word in re.split(r"[\W_]+", spaced) if word]


def match_words(name: str) -> set[str]:
    """Return the datasets that runs of words of a name spell, the longest runs first."""
    words = _words(name)
    found: set[str] = set()
    used: set[int] = set()
    for size in range(min(5, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            span = set(range(start, start + size))
            key = "".join(words[start : start + size])
            if span & used or len(key) < 4 or key.lower() in COMMON or key.isdigit():
                continue
            term = vocabulary.find("dataset", key)
            if term is not None and term.modality not in WEAK_MODALITIES:
                found.add(term.name)
                used |= span
    return found


_LOADS = re.compile(r"_?(load|read|get|fetch|prepare|download)_?(?=[a-z0-9A-Z])")


def _loads(name: str) -> bool:
    """Return whether a function is called like one that loads data: ``load_mnist``."""
    return bool(_LOADS.match(name)) and _NOT_DATA.isdisjoint(word.lower() for word in _words(name))


def _holds_data(record: CallRecord) -> bool:
    """Return whether a project class is made that is named like data or derives from such."""
    if not isinstance(record.target, ClassInfo):
        return False
    if re.search(r"(?i)data|loader|corpus", record.target.name):
        return True
    made = record.result
    return isinstance(made, Instance) and any(
        base.endswith("Dataset") for base in made.klass.library_bases()
    )


def _class_names(program: Program, evaluator: Evaluator) -> Iterator[tuple[str, Evidence]]:
    for record in evaluator.calls():
        if _holds_data(record) and isinstance(record.target, ClassInfo):
            yield record.target.name, record.evidence
        elif _loads(called := record.target.name if record.target else record.last):
            yield called, record.evidence
    main = program.main
    for node in walk(main.tree):
        bases = node.bases if isinstance(node, ast.ClassDef) else []
        named = [base for base in bases if isinstance(base, ast.Name)]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            named = [node.func]
        for name in named:
            if re.search(r"(?i)data|loader|corpus|configs?$", name.id):
                yield name.id, program.evidence(main, node)


_ENVIRONMENT = re.compile(r"(Env(ironment)?|Game|Simulator|_env|_game)$|^(Game|Env)(?=[A-Z0-9])")


def from_environments(evaluator: Evaluator) -> list[DatasetFact]:
    """Return the game that a project class with ``step`` and ``reset`` plays, by its name."""
    for made in evaluator.instances():
        methods = {name for klass in made.klass.mro() for name in klass.info.methods}
        if not {"step", "reset"} <= methods:
            continue
        term = vocabulary.find("dataset", _ENVIRONMENT.sub("", made.name))
        evidence = evaluator.evidence(made)
        if term is not None and term.modality == "game" and evidence is not None:
            return [DatasetFact(term.name, evidence, note="the script's own environment")]
    return []


def from_names(program: Program, evaluator: Evaluator) -> list[DatasetFact]:
    """Return the one dataset that names of data classes or of the script spell, if it is one."""
    for name, evidence in _class_names(program, evaluator):
        matches = match_words(name)
        if len(matches) == 1:
            note = "from the name of the class, weaker"
            return [DatasetFact(matches.pop(), evidence, note=note)]
    if not any(_reads(record) for record in evaluator.calls()):
        return []
    path = program.main.path
    parts = [_EXTENSION.sub("", part) for part in path.split("/")[-3:]]
    for part in reversed(parts):
        matches = match_words(part)
        if len(matches) == 1:
            evidence = Evidence(path, "name")
            note = "from the name of the file or folder, weaker"
            return [DatasetFact(matches.pop(), evidence, note=note)]
        if matches:
            return []
    return []
