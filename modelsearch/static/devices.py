"""Which devices a program would run on, in order of preference, as its code names them.

``torch.device("cuda" if torch.cuda.is_available() else "cpu")`` names two; ``.cuda()`` under an
``if`` names one; a plain Keras or scikit-learn script names none, and neither does
``accelerator="auto"``. What only moves a result back (``.cpu()``, ``map_location``) is no device
of the training.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelsearch.records.artefacts import Evidence, Fact
from modelsearch.static.device_names import device_named
from modelsearch.static.machine.evaluator import place_evidence, place_of
from modelsearch.static.machine.values import Abstract, Attr, Call, Const, Map, Seq, options, text
from modelsearch.static.source.nodes import kinds, walk
from modelsearch.static.source.program import Module, Program
from modelsearch.static.source.usage import main_usage
from modelsearch.vocabulary.libraries import find

if TYPE_CHECKING:
    from modelsearch.static.machine.evaluator import Evaluator
    from modelsearch.static.machine.scopes import CallRecord

#: Calls whose first argument is a device; those that move data may also move it back.
_TAKES = {
    "torch.device",
    "torch.set_default_device",
    "torch.cuda.device",
    "tensorflow.device",
    "tensorflow.compat.v1.device",
    "paddle.set_device",
    "paddle.device.set_device",
    "jax.devices",
    "jax.local_devices",
}
#: Calls that name one by being made.
_SAYS = {
    "mxnet.gpu": "CUDA",
    "mxnet.cpu": "CPU",
    "mxnet.context.gpu": "CUDA",
    "mxnet.context.cpu": "CPU",
    "mxnet.device.gpu": "CUDA",
    "mxnet.device.cpu": "CPU",
    "paddle.CUDAPlace": "CUDA",
    "paddle.CPUPlace": "CPU",
    "paddle.fluid.CUDAPlace": "CUDA",
    "paddle.fluid.CPUPlace": "CPU",
    "torch_xla.core.xla_model.xla_device": "TPU",
    "tensorflow.distribute.TPUStrategy": "TPU",
    "tensorflow.distribute.experimental.TPUStrategy": "TPU",
    "tensorflow.distribute.cluster_resolver.TPUClusterResolver": "TPU",
    "jax.tools.colab_tpu.setup_tpu": "TPU",
    "torch.cuda.set_device": "CUDA",
}
_KEYWORDS = ("accelerator", "device", "task_type", "tree_method", "device_type")


def device_names(value: Abstract | None) -> Iterator[str]:
    """Yield the devices that a value stands for, in order."""
    for name, _ in _sources(value):
        yield name


def _sources(value: Abstract | None) -> Iterator[tuple[str, Abstract]]:
    """Yield the devices that a value stands for, each with what names it."""
    for option in options(value):
        if isinstance(option, Const) and isinstance(option.value, str):
            name = device_named(option.value)
            if name:
                yield name, option
        elif isinstance(option, Call):
            if option.name in _TAKES:
                yield from _sources(option.argument(0, "device", "type"))
            elif option.name in _SAYS:
                yield _SAYS[option.name], option
        elif isinstance(option, Attr) and option.name == "type":
            yield from _sources(option.base)


class _Found:
    """Devices with the first place of each, in order."""

    def __init__(self) -> None:
        self.places: dict[str, Evidence] = {}

        self.notes: dict[str, str] = {}
        self._followers: dict[str, set[ast.AST]] = {}

    def follows(self, module: Module, node: ast.AST) -> bool:
        """Return whether a device is chosen by where the data already is, which states none."""
        if module.path not in self._followers:
            self._followers[module.path] = set(_followers(module.tree))
        return node in self._followers[module.path]

    def add(self, name: str, evidence: Evidence, note: str | None = None) -> None:
        if name not in self.places:
            self.places[name] = evidence
            if note:
                self.notes[name] = note

    def add_value(self, value: Abstract | None, record: CallRecord) -> None:
        """Add what a value names, where it is named."""
        for name, source in _sources(value):
            place = place_of(source)
            if place and place.module and place.node and self.follows(place.module, place.node):
                continue
            self.add(name, (place_evidence(place) if place else None) or record.evidence)

    def facts(self) -> list[Fact]:
        """A CPU is what is left when nothing else is there: it stands last."""
        ordered = sorted(self.places, key=lambda name: name == "CPU")
        return [Fact(name, self.places[name], self.notes.get(name)) for name in ordered]


def _formatted(node: ast.Call) -> Iterator[str]:
    """Yield the device of ``f"cuda:{rank}"``, ``"cuda:{}".format(rank)`` and ``"cuda:" + rank``."""
    for argument in node.args[:1]:
        for each in walk(argument):
            head: ast.AST | None = None
            if isinstance(each, ast.JoinedStr) and each.values:
                head = each.values[0]
            elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
                head = each.func.value if each.func.attr == "format" else None
            elif isinstance(each, ast.BinOp):
                head = each.left
            if head is not None and _is_text(head):
                name = device_named(re.split(r"[{%]", str(getattr(head, "value", "")))[0])
                if name:
                    yield name


def _by_name(record: CallRecord) -> bool:
    """Return whether ``x.to(device)`` names its device by a variable of that name, not by a
    text.
    """
    given = record.node.args[0] if record.node.args else None
    named = given.attr if isinstance(given, ast.Attribute) else getattr(given, "id", "")
    return named.lower() in ("device", "dev")


def _moved(record: CallRecord) -> Abstract | None:
    """Return the device argument of ``x.to(…)``."""
    return record.argument(0, "device") if record.last == "to" else None


def _read_call(record: CallRecord, found: _Found) -> None:
    name, last = record.name or "", record.last
    if name in _SAYS:
        found.add(_SAYS[name], record.evidence)
    elif name in _TAKES:
        for device in _formatted(record.node):
            found.add(device, record.evidence)
        value = record.argument(0, "device", "type", "backend", "device_name")
        if not (name.startswith("jax.") and "CPU" in device_names(value)):
            found.add_value(value, record)
    elif last == "cuda" and record.receiver is not None:
        found.add("CUDA", record.method_evidence)
    elif last == "to" and record.receiver is not None:
        names = list(device_names(_moved(record)))
        if names != ["CPU"] or not isinstance(_moved(record), Const) or _by_name(record):
            found.add_value(_moved(record), record)
    elif _takes_devices(record):
        _read_keywords(record, found)
    elif name == "torch.set_default_tensor_type" and "cuda" in (text(record.argument(0)) or ""):
        found.add("CUDA", record.evidence)


def _read_trainer(record: CallRecord, found: _Found) -> None:
    """Read ``Trainer(accelerator=…)`` of Lightning and the defaults given to its command line."""
    if not record.last.endswith(("Trainer", "Fabric", "LightningCLI")):
        return
    if not (record.name or "").startswith(("pytorch_lightning", "lightning")):
        return
    tables = [record.kwargs]
    for option in options(record.kwargs.get("trainer_defaults")):
        if isinstance(option, Map):
            tables.append(option.items)
    for table in tables:
        found.add_value(table.get("accelerator"), record)
    for option in options(record.kwargs.get("gpus")):
        if isinstance(option, Const) and option.value not in (0, None, "0", [], False):
            found.add("CUDA", record.evidence)


_PRECISE = ("use_cpu", "no_cuda", "fp16", "bf16", "half")


def _read_arguments(record: CallRecord, found: _Found) -> None:
    """Read arguments of a training that ask for a GPU: ``bf16=torch.cuda.is_available()``, and that
    forbid one: ``use_cpu=True``.
    """
    if not record.last.endswith(("Arguments", "Config")) or not record.name:
        return
    for word in record.node.keywords if "." in record.name else ():
        if word.arg in _PRECISE and "cuda.is_available" in ast.unparse(word.value):
            found.add("CUDA", record.evidence)
        elif word.arg in _PRECISE[:2] and getattr(word.value, "value", None) is True:
            found.add("CPU", record.evidence)


def _takes_devices(record: CallRecord) -> bool:
    """Return whether a call, or one of an object's methods, is of a package that takes devices."""
    made = (one.name for one in options(record.receiver) if isinstance(one, Call))
    packages = map(find, (record.name, *(made if record.receiver is not None else ())))
    return any(package is not None and package.devices for package in packages)


def _read_keywords(record: CallRecord, found: _Found) -> None:
    tables = [record.kwargs]
    tables += [each.items for arg in record.args for each in options(arg) if isinstance(each, Map)]
    for table in tables:
        for key in _KEYWORDS:
            found.add_value(table.get(key), record)
        if any(map(_is_numbered, options(table.get("device")))):
            found.add("CUDA", record.evidence)


def _is_numbered(value: Abstract) -> bool:
    """Return whether a device is given by its number, as GPUs are: ``device=0``, ``"0,1"``."""
    if isinstance(value, Seq):
        return bool(value.items) and all(map(_is_numbered, value.items))
    given = value.value if isinstance(value, Const) else None
    if isinstance(given, str):
        return re.fullmatch(r"\d+(?:,\s*\d+)*", given.strip()) is not None
    return isinstance(given, int) and not isinstance(given, bool) and given >= 0


# ---- what the text of the code says around the calls --------------------------------------------


def _is_on_cuda(node: ast.AST) -> bool:
    """``x.cuda()`` and ``torch.cuda.FloatTensor``; not ``torch.cuda.is_available()``."""
    for each in walk(node):
        called = each.func if isinstance(each, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr == "cuda":
            return True
        kind = each.value if isinstance(each, ast.Attribute) else None
        if isinstance(kind, ast.Attribute) and kind.attr == "cuda" and _is_tensor(each):
            return True
    return False


def _is_tensor(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr.endswith("Tensor")


def _uses_cuda(body: list[ast.stmt]) -> bool:
    return any(
        isinstance(each, ast.Attribute) and each.attr == "cuda"
        for statement in body
        for each in walk(statement)
    )


#: Uses of ``torch.cuda`` that ask or prepare and move nothing there.
_ASKS = re.compile(
    r"\bcuda\.(manual_seed(_all)?|seed(_all)?|empty_cache|device_count|get_device_\w+|is_available"
    r"|synchronize|\w*memory\w*)\b"
)


def _moves(body: list[ast.stmt]) -> bool:
    """Return whether statements use CUDA for more than its seed (``torch.cuda.manual_seed``)."""
    return any(re.search(r"\bcuda\b", _ASKS.sub("", ast.unparse(each))) for each in body)


def _says_cpu(body: list[ast.stmt]) -> bool:
    """Return whether a branch announces the CPU (``print("Training on CPU")``)."""
    return any(
        isinstance(each, ast.Constant)
        and isinstance(each.value, str)
        and re.search(r"\bcpu\b", each.value, re.I)
        for statement in body
        for each in walk(statement)
    )


_IMPLIED = "implied: the other side of a condition stays there"


def _alternatives(program: Program, found: _Found) -> None:
    """Find conditionals whose other side stays on the CPU: ``x.cuda() if USE_CUDA else x``, an
    ``else`` that does the same without, or announces it. They count only beside ``.cuda()``.
    """
    for node in walk(program.main.tree):
        if isinstance(node, ast.IfExp):
            if _is_on_cuda(node.body) != _is_on_cuda(node.orelse):
                found.add("CPU", program.evidence(program.main, node), _IMPLIED)
        elif isinstance(node, ast.If) and node.orelse:
            test = ast.unparse(node.test).lower()
            if not re.search(r"cuda|gpu", test):
                continue
            one, other = (node.orelse, node.body) if "not" in test else (node.body, node.orelse)
            if _says_cpu(other) or (_uses_cuda(one) and _moves(one) and not _uses_cuda(other)):
                found.add("CPU", program.evidence(program.main, node), _IMPLIED)


def _asked(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield the devices of ``"cuda" if torch.cuda.is_available() else "cpu"``, best first."""
    for node in kinds(module.tree)[ast.IfExp]:
        if "is_available" in ast.unparse(node.test):
            for each in (*walk(node.body), *walk(node.orelse)):
                name = device_named(str(getattr(each, "value", ""))) if _is_text(each) else None
                if name:
                    yield name, each


def _unreached(program: Program, found: _Found) -> None:
    """Read a file whose classes nothing here calls (another script does): its text."""
    for asked, text_node in _asked(program.main):
        found.add(asked, program.evidence(program.main, text_node))
    for node in kinds(program.main.tree)[ast.Call]:
        evidence = program.evidence(program.main, node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "cuda":
            found.add("CUDA", evidence)
        elif program.main.qualified(node.func) == "torch.device":
            for each in walk(node):
                name = device_named(str(getattr(each, "value", ""))) if _is_text(each) else None
                if name:
                    found.add(name, evidence)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _followers(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in ``torch.device("cuda") if x.is_cuda else …``: it follows the data."""
    for node in kinds(tree)[ast.IfExp]:
        if any(
            isinstance(each, ast.Attribute) and each.attr == "is_cuda" for each in walk(node.test)
        ):
            yield from walk(node)


def read_devices(program: Program, evaluator: Evaluator) -> list[Fact]:
    """Return the devices that reached code names, in order of preference, the CPU last.

    What a Lightning trainer is given beats what its modules mention. A JAX program's helpers that
    use PyTorch do not say where it runs.
    """
    found, trainer, aside = _Found(), _Found(), _Found()
    jax = main_usage(program).imported("jax", "flax") is not None
    torch = main_usage(program).uses("torch.nn", "torch.optim", "torch.device", "torch.cuda")
    for record in evaluator.calls():
        if jax and not torch and (record.name or "").startswith("torch."):
            continue
        if found.follows(record.module, record.node):
            continue
        _read_trainer(record, trainer)
        _read_arguments(record, found)
        imported = record.function is None and not record.module.is_main
        _read_call(record, aside if imported else found)
    if trainer.places:
        return trainer.facts()
    if not found.places:  # what an imported module does on its own counts for want of more
        found = aside
    if not found.places:
        _unreached(program, found)
    if "CUDA" in found.places and "CPU" not in found.places:
        _alternatives(program, found)
    return found.facts()
