"""One script or notebook as a whole: everything that static reading says about it."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from modelsearch.records.artefacts import Fact, NamedFact, ScriptReading
from modelsearch.records.errors import ReaderFault, ReadingError
from modelsearch.static.codepacking import packed_code
from modelsearch.static.data.datasets import read_datasets
from modelsearch.static.devices import read_devices
from modelsearch.static.libraries import known
from modelsearch.static.libraries.frameworks import read_frameworks
from modelsearch.static.libraries.layer_kinds import is_module
from modelsearch.static.machine.evaluator import Evaluator
from modelsearch.static.machine.registry import LIBRARIES
from modelsearch.static.machine.values import Abstract, Call, Instance, first
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.network.adapters import read_adapters
from modelsearch.static.network.agents import own_environment
from modelsearch.static.network.architecture import read_architecture
from modelsearch.static.outputs import read_outputs
from modelsearch.static.passages import read_description, read_passages
from modelsearch.static.source.program import Program
from modelsearch.static.source.tree import SourceTree
from modelsearch.static.source.versions import framework_version
from modelsearch.static.training.by_hand import BY_HAND, written_by_hand
from modelsearch.static.training.entrances import enter_unreached, may_train, trains_itself
from modelsearch.static.training.rounds import without_rounds
from modelsearch.static.training.script_settings import stated_settings
from modelsearch.static.training.stages import StageInfo, read_stages
from modelsearch.static.usefulness import (
    NO_LIBRARY,
    NO_MODEL,
    classify,
    is_agent,
    is_estimator,
    is_test,
)
from modelsearch.vocabulary.libraries import find, has_estimators, is_boosting, of_rank

_SKIPPED_NAMES = frozenset({"__init__.py", "setup.py", "conftest.py"})


def read_script(
    root: Path,
    path: str,
    tree: SourceTree | None = None,
    parsed: Callable[[], None] = lambda: None,
) -> ScriptReading:
    """Read ``root / path`` (``.py`` or ``.ipynb``) and the project modules that it imports.

    ``tree`` is what was read for other scripts of the root in the same run; ``parsed`` is called
    once the files are parsed, before anything is made that only this script needs. Raises
    ReadingError when the file is unreadable, too large or not Python, and ReaderFault when the
    reader fails.
    """
    try:
        return _read(tree or SourceTree(root), path, parsed)
    except ReadingError:
        raise
    except (RecursionError, MemoryError):
        raise
    except Exception as error:  # one odd file must not end a run
        raise ReaderFault(_told(error)) from error


def _told(error: Exception) -> str:
    """What a defect was and where in this program it came up."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = "/".join(Path(last.filename).parts[-3:])
    return f"{type(error).__name__} at {place}:{last.lineno}: {error}"[:200]


def _read(tree: SourceTree, path: str, parsed: Callable[[], None]) -> ScriptReading:
    plumbing = PurePosixPath(path).name in _SKIPPED_NAMES
    program = Program.load(tree, path, follow=not plumbing)
    parsed()
    if plumbing or not program.main.tree.body:
        return _empty(program)
    known.load()
    LIBRARIES.add(BY_HAND)
    evaluator = Evaluator(program)
    if _composes(program):
        evaluator.calls()  # what a configuration names is imported only when it is made
    framework, frameworks = read_frameworks(program)
    plainly = framework is None and not frameworks and written_by_hand(program) is None
    if plainly and path not in tree.proven:
        return ScriptReading(False, NO_LIBRARY, lines_of_code=_lines(program))
    if is_test(program):
        return ScriptReading(
            False, "a test", imported=_imported(program, evaluator), lines_of_code=_lines(program)
        )
    evaluator, stages, entered = _stages(program, evaluator)
    is_model, reason = _classified(tree, program, stages, entered)
    framework = _of_estimators(stages, frameworks) or _of_loops(stages, frameworks) or framework
    by_hand = None
    if reason == NO_MODEL or _main_by_hand(stages):
        by_hand = written_by_hand(program, imports=reason != NO_MODEL)
    if by_hand is not None:
        framework = by_hand
        if reason == NO_MODEL:
            is_model, reason = True, "trains a model by hand"
    if reason == NO_MODEL and evaluator.exhausted:
        raise ReadingError("gave up: too much code before any training")
    reading = ScriptReading(
        is_model,
        reason,
        framework=framework,
        frameworks=frameworks,
        imported=_imported(program, evaluator),
        lines_of_code=_lines(program),
        cut_short=evaluator.exhausted,
    )
    if reading.is_model:
        _fill(reading, program, evaluator, stages)
    return reading


def _classified(
    tree: SourceTree, program: Program, stages: list[StageInfo], entered: bool
) -> tuple[bool, str]:
    """Whether a script is a model and why: what it made lies here, or its text says so."""
    if program.main.path in tree.proven:
        return True, "made what lies here"
    return classify(program, stages, entered)


def _empty(program: Program) -> ScriptReading:
    """What is said of a file of a package, or of one without a statement, which may be for want of
    a reader.
    """
    if program.main.tree.body:
        return ScriptReading(False, "package plumbing")
    lost = program.main.notebook.lost if program.main.notebook is not None else 0
    if lost:
        raise ReadingError(f"no cell is Python that can be read ({lost} left out)")
    return ScriptReading(False, "empty")


def _stages(program: Program, evaluator: Evaluator) -> tuple[Evaluator, list[StageInfo], bool]:
    """The stages and the execution that found them: of the script as it runs, else of options
    that are off, else of code that nothing starts (then the flag is set).
    """
    stages = read_stages(evaluator)
    if not stages and evaluator.machine.skipped and may_train(program.main):
        explorer = Evaluator(program, explore=True)
        found = [s for s in read_stages(explorer) if s.fitted or _is_training(s)]
        if found:
            return explorer, found, False
    entered = not stages and not is_test(program) and enter_unreached(evaluator)
    if entered:
        found = read_stages(evaluator)
        stages = [each for each in found if _is_training(each) or trains_itself(evaluator, each)]
    return evaluator, stages, entered


def _is_training(stage: StageInfo) -> bool:
    """Return whether a stage that nothing started makes its own optimizer and uses it
    repeatedly, or fits an estimator or an agent that is known.
    """
    if stage.fitted and any(is_estimator(each) or is_agent(each) for each in stage.models):
        return True
    if stage.fitted and stage.record.model_class is not None and any(map(_is_made, stage.models)):
        return True
    return stage.by_hand or (bool(stage.optimizers) and (bool(stage.loops) or stage.fitted))


def _is_made(model: Abstract) -> bool:
    """Return whether what a library trains is a network that the script makes or loads."""
    made = unwrap(model, "model")
    if isinstance(made, Instance):
        return is_module(made)
    return isinstance(made, Call) and bool(made.name) and not has_estimators(made.name)


def _composes(program: Program) -> bool:
    """Return whether the script has Hydra make its objects."""
    return any(name.partition(".")[0] == "hydra" for name in program.main.aliases.values())


def _of_estimators(stages: list[StageInfo], frameworks: list[Fact]) -> Fact | None:
    """The library of most of the estimators that are fitted, where nothing else is trained."""
    made = [first(stage.models[0]) if stage.models else None for stage in stages]
    known = {each.last: find(each.name) for each in made if isinstance(each, Call)}
    named = Counter(each.framework for each in known.values() if each is not None)
    principal = str(frameworks[0].value) if frameworks else ""
    if principal not in (*_PREPARES, *(name for name, _ in of_rank("classical"))):
        return None
    if not named or not all(
        stage.fitted and any(map(is_estimator, stage.models)) for stage in stages
    ):
        return None
    main = next((each for each, stage in zip(made, stages, strict=True) if stage.main), None)
    boosts = isinstance(main, Call) and is_boosting(main.name)
    of_main = find(main.name) if isinstance(main, Call) and boosts else None
    ranked = [fact for fact in frameworks if named[str(fact.value)]]
    own = of_main.framework if of_main is not None else None
    return max(ranked, key=lambda fact: (named[str(fact.value)], fact.value == own), default=None)


#: Libraries of deep learning that may only prepare the data of estimators.
_PREPARES = ("fastai",)


def _of_loops(stages: list[StageInfo], frameworks: list[Fact]) -> Fact | None:
    """The framework of the optimizers that loops step, where a library of ready-made detectors is
    only asked what it sees.
    """
    if len(frameworks) < 2 or frameworks[0].value not in _READY_MADE:
        return None
    main = next((stage for stage in stages if stage.main), None)
    stepped = main is not None and bool(main.optimizers) and not main.fitted
    return frameworks[1] if stepped else None


_READY_MADE = ("Ultralytics",)


def _main_by_hand(stages: list[StageInfo]) -> bool:
    return any(stage.by_hand and stage.main for stage in stages)


def _fill(
    reading: ScriptReading, program: Program, evaluator: Evaluator, stages: list[StageInfo]
) -> None:
    datasets = read_datasets(program, evaluator)
    architecture = read_architecture(program, evaluator, stages, datasets)
    without_rounds(stages, (str(fact.value) for fact in architecture.families))
    reading.stages = [stage.record for stage in stages]
    reading.architecture = architecture.architecture
    reading.families = architecture.families
    reading.layer_facts = architecture.layer_facts
    reading.parameters = architecture.parameters
    reading.techniques = architecture.techniques
    reading.task = architecture.task
    reading.datasets = datasets or own_environment(program, evaluator)
    reading.hardware = read_devices(program, evaluator)
    if reading.framework is not None:
        reading.framework_version = framework_version(program, str(reading.framework.value))
    reading.hyperparameters = stated_settings(program, evaluator, reading.stages)
    named = {setting.name for setting in reading.hyperparameters}
    trained = architecture.architecture.value if architecture.architecture is not None else None
    reading.hyperparameters += [
        setting for setting in read_adapters(evaluator, trained) if setting.name not in named
    ]
    reading.metrics = read_outputs(program.main)
    reading.classes = [
        NamedFact("class", Fact(info.name, program.evidence(module, info.node)))
        for module in program.modules.values()
        for info in module.classes.values()
    ]
    reading.description = read_description(program)
    reading.passages = read_passages(program)
    notebook = program.main.notebook
    reading.code = packed_code(program.main.tree, notebook.key if notebook else str)


def _lines(program: Program) -> int:
    """Lines that are neither blank nor comments."""
    lines = (line.strip() for line in program.main.source_lines)
    return sum(1 for line in lines if line and not line.startswith("#"))


def _imported(program: Program, evaluator: Evaluator) -> list[str]:
    used = [*program.modules, *(evaluator.used_files if evaluator.ran else ())]
    return [path for path in dict.fromkeys(used) if path != program.main.path]
