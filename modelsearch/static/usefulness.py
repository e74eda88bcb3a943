"""Is a file a model? It is when it trains something, or defines a model that no other file uses."""

from __future__ import annotations

import ast
import re

from modelsearch.static.libraries.layer_kinds import kind_of
from modelsearch.static.libraries.library import KNOWN
from modelsearch.static.libraries.ready_made import ready_made
from modelsearch.static.machine.values import Abstract, Call, Instance, options
from modelsearch.static.network.architecture import class_name
from modelsearch.static.source.importers import is_imported
from modelsearch.static.source.nodes import walk
from modelsearch.static.source.program import ClassInfo, Module, Program
from modelsearch.static.source.usage import main_usage
from modelsearch.static.training.entrances import may_train
from modelsearch.static.training.stages import StageInfo
from modelsearch.vocabulary.libraries import has_estimators

#: Folders and files that are of tests, set-up code or documentation, whatever they hold.
_TEST_PLACE = re.compile(
    r"(^|/)(smoke_?)?tests/|(^|/)smoke_?test/|(^|/)(conftest|setup)\.py$|(^|/)docs/(\w+/)?conf\.py$"
)
#: A folder for trying out, which may hold the script that trains.
_TEST_FOLDER = re.compile(r"(^|/)test/")
#: Names that tests have, and other scripts too.
_TEST_NAME = re.compile(r"(^|/)tests?(_[^/]*)?\.py$|_tests?\.py$")
_TESTING = ("pytest", "unittest", "absltest", "testing")
_BASES = frozenset({"Module", "LightningModule", "Model", "Layer", "Block", "HybridBlock"})

#: Kinds of layers that make a network; a table of vectors alone is a part of one.
_WEIGHTED = frozenset({
    "conv", "conv_transpose", "linear", "lstm", "gru", "rnn", "attention", "transformer", "graph",
})  # fmt: skip

NO_MODEL = "trains and defines no model"
NO_LIBRARY = "no machine-learning library"


def is_test(program: Program) -> bool:
    """Return whether a script is a test, set-up code or part of documentation."""
    path = program.main.path
    if _TEST_PLACE.search(path):
        return True
    if _TEST_FOLDER.search(path) and not (_runs(program) and may_train(program.main)):
        return True
    if not _TEST_NAME.search(path) or not _defines_tests(program.main.tree):
        return False
    return not _runs(program) or _imports_testing(program) or _asserts(program.main.tree)


def _imports_testing(program: Program) -> bool:
    """Return whether a library for tests is imported."""
    return any(
        name.rpartition(".")[2] in _TESTING or name.partition(".")[0] in _TESTING
        for name in main_usage(program).imports
    )


def _asserts(tree: ast.Module) -> bool:
    """Return whether what is named as a test checks something."""
    return any(
        isinstance(each, ast.Assert)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for each in walk(node)
    )


def _defines_tests(tree: ast.Module) -> bool:
    """Return whether test functions or classes of tests are defined."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            return True
        if isinstance(node, ast.ClassDef) and (
            node.name.startswith("Test") or any("Test" in ast.unparse(b) for b in node.bases)
        ):
            return True
    return False


def classify(program: Program, stages: list[StageInfo], entered: bool) -> tuple[bool, str]:
    """Return whether a script is a model, and why (not).

    ``entered`` says that the stages stand in code which the script itself does not call.
    """
    if stages and all(map(_only_prepares, stages)) and _only_loads(program):
        return False, NO_MODEL
    if stages and not entered and _runs(program):
        return True, "trains a model"
    imported = is_imported(program.tree, program.main.path)
    if stages and not imported:
        return True, "defines a training loop"
    if any(_own(program, stage) for stage in stages):
        return True, "trains a model when another script calls it"
    if imported:
        return False, "a helper module that another script imports"
    if _defines_network(program) and not _only_loads(program):
        return True, "defines a model"
    return False, NO_MODEL


def _only_prepares(stage: StageInfo) -> bool:
    """Return whether a stage fits what finds parts of data, beside a network that was trained
    before: ``PCA(2).fit(latents)``.
    """
    return stage.fitted and all(
        isinstance(each, Call) and has_estimators(each.name) and not is_estimator(each)
        for model in stage.models
        for each in options(model)
    )


def _own(program: Program, stage: StageInfo) -> bool:
    """Return whether a stage's optimizer and model are both made in the script itself, or it makes
    a network of its own class and has a function of another file train that.

    Functional code ties no model to its optimizer; there the model's ``init`` tells.
    """
    main = program.main
    if stage.fitted and any(
        is_estimator(model, main) or is_agent(model, main) for model in stage.models
    ):
        return True
    if not any(o.place is not None and o.place.module is main for o in stage.optimizers):
        return bool(stage.optimizers) and any(_made_in(model, main) for model in stage.models)
    if stage.models:
        return any(class_name(model) and _made(model) for model in stage.models)
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("init", "init_with_output")
        and "model" in ast.unparse(node.func.value)
        for node in walk(main.tree)
    )


def _made_in(model: Abstract, module: Module) -> bool:
    """Return whether a module makes an object of a class of networks that it defines itself."""
    return any(
        isinstance(each, Instance)
        and each.klass.info.module is module
        and each.call is not None
        and each.call.at.module is module
        and isinstance(each.call.at.node, ast.Call)
        for each in options(model)
    )


_PREDICTS = re.compile(
    r"(Classifier|Regressor|Ranker|SVC|SVR|NB|Regression(CV)?|Ridge(CV)?|Lasso(CV)?|ElasticNet(CV)?"
    r"|Predictor|AutoML|CRF|Forest|ARIMA|SARIMAX|Prophet|OLS|GLM|Logit|Booster|Estimator|Model|SVD)$"
)


def is_estimator(model: Abstract, module: Module | None = None) -> bool:
    """Return whether a model is an estimator of a library that predicts, made in a file if one is
    given. What only looks for neighbours or parts of data is a means.
    """
    return any(
        isinstance(each, Call)
        and has_estimators(each.name)
        and _PREDICTS.search(each.last) is not None
        and (module is None or each.at.module is module)
        for each in options(model)
    )


def is_agent(model: Abstract, module: Module | None = None) -> bool:
    """Return whether a model is an object of a library that trains itself, made in a file if one
    is given.
    """
    return any(
        isinstance(each, Call)
        and KNOWN.trains_itself(each.name)
        and (module is None or each.at.module is module)
        for each in options(model)
    )


def _made(model: Abstract) -> bool:
    """Return whether something makes the model: not a plain class whose own method was entered,
    which
    the importing script makes (a LightningModule is a model for itself).
    """
    return not any(
        isinstance(each, Instance)
        and each.call is not None
        and isinstance(each.call.at.node, ast.ClassDef)
        and all(base.rpartition(".")[2] == "object" for base in each.klass.library_bases())
        for each in options(model)
    )


def _runs(program: Program) -> bool:
    """Return whether the script itself starts something: a main block, or calls at the top
    level.
    """
    main = program.main
    if main.main_block or main.notebook is not None:
        return True
    return any(isinstance(node, ast.For | ast.While | ast.With) for node in main.tree.body) or any(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) for node in main.tree.body
    )


def _defines_network(program: Program) -> bool:
    """Return whether classes of the script that derive from a library's module class hold layers
    with weights. A loss, an encoding of positions, a codebook is a part that something else trains.
    """
    classes = program.main.classes.values()
    if not any(_is_module(program, info) for info in classes):
        return False
    return any(_has_layers(program, info) for info in classes)


def _is_module(program: Program, info: ClassInfo) -> bool:
    names = [program.main.qualified(base) or "" for base in info.node.bases]
    return any(name.rpartition(".")[2] in _BASES and ":" not in name for name in names)


def _has_layers(program: Program, info: ClassInfo) -> bool:
    """Return whether a class makes a layer, a ready-made network or a part of another file."""
    for node in walk(info.node):
        name = program.main.qualified(node.func) if isinstance(node, ast.Call) else None
        if name and (kind_of(name) in _WEIGHTED or ready_made(name, []) or _is_part(program, node)):
            return True
    return False


def _is_part(program: Program, call: ast.AST) -> bool:
    """Return whether a call makes an object of a class in another file of the project."""
    found = program.resolve(program.main, call.func) if isinstance(call, ast.Call) else None
    return isinstance(found, ClassInfo) and found.module is not program.main


def _only_loads(program: Program) -> bool:
    """Return whether the script loads weights and never updates any: inference."""
    text = "\n".join(program.main.source_lines)
    return "load_state_dict" in text or "load_weights" in text or "load_model(" in text
