"""How values are wired: skip concatenations, residual sums, reparameterisation, attention by hand.

Each question returns the evidence of the first place that answers it, or None.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from modelsearch.records.artefacts import Evidence
from modelsearch.static.libraries.layer_kinds import is_module, is_strangers, kind_of
from modelsearch.static.libraries.ready_made import ready_made
from modelsearch.static.machine.values import Abstract, Attr, Call, Instance, Item, Unknown
from modelsearch.static.machine.wrapping import unwrap
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.networks import Network, texts_of
from modelsearch.static.source.nodes import kinds, plain_name, walk

_CAT = ("cat", "concat", "concatenate", "Concatenate", "stack_channels")
_UP = re.compile(r"(?i)up|deconv|conv_?t|transpose|interpolate|resize|dec(oder)?\d|unpool")
_NOT_UP = ("update", "setup", "super", "support", "group", "transpose", "upper")
_QKV = re.compile(
    r"^(q|k|v|Q|K|V|query|queries|keys?|qkv|q_proj|to_q|to_qkv|c_attn|query_\w+|w_q|W_Q|w_qs|WQ|wq|q_linear|toqueries|tokeys)$"
)


def _calls(features: Features, names: Iterable[str]) -> list[ast.Call]:
    wanted = set(names)
    return [node for node in features.of(ast.Call) if plain_name(node.func) in wanted]


def _parameters(features: Features) -> set[str]:
    if features.info is None or isinstance(features.info.node, ast.Lambda):
        return set()
    arguments = features.info.node.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    return set(names) - {"self"}


def _owners_up(network: Network) -> dict[str, int]:
    """Classes whose objects own a layer that enlarges, with the number of their objects."""
    owners = {
        layer.owner.name
        for layer in network.of("conv_transpose", "upsample")
        if layer.owner is not None
    }
    return _counted(network, owners)


def _counted(network: Network, names: set[str]) -> dict[str, int]:
    """How many modules of each class are made; a plain object holds a whole network."""
    made = [instance.name for instance in network.instances if is_module(instance)]
    return {name: made.count(name) for name in names}


def _joined(call: ast.Call) -> list[ast.AST]:
    """Return the values that a concatenation joins."""
    if call.args and isinstance(call.args[0], ast.List | ast.Tuple):
        return list(call.args[0].elts)
    if isinstance(call.func, ast.Call) or (call.args and not isinstance(call.args[0], ast.Name)):
        return list(call.args)
    return list(call.args)


def _pops(node: ast.AST) -> bool:
    return any(
        (isinstance(each, ast.Call) and plain_name(each.func) in ("pop", "popleft"))
        for each in walk(node)
    )


def _after_up(features: Features, line: int) -> bool:
    """Return whether something that enlarges is called before a line of the same function."""
    for node in features.of(ast.Call):
        called = plain_name(node.func) if node.lineno <= line else ""
        if called and _UP.search(called) and called not in _NOT_UP:
            return True
    return False


def _is_skip(features: Features, call: ast.Call, owners: dict[str, int]) -> bool:
    """Return whether a concatenation joins an enlarged map with an earlier one.

    In a block of its own that is made several times, two parameters are joined; in the network's
    own function, maps that its parts made before. A label that is joined with the input is a
    parameter of a class that is made once.
    """
    parts = _joined(call)
    if any(_pops(part) for part in parts):
        return True
    if len(parts) < 2:
        return False
    parameters = _parameters(features)
    used = {part.id for part in parts if isinstance(part, ast.Name)}
    count = owners.get(features.owner.name if features.owner else "", 0)
    if count >= 2 and used & parameters and 2 <= len(parameters) <= 4:
        return len(used & parameters) == 2 or _after_call(features, call.lineno)
    if count >= 2 and used & parameters and any(isinstance(p, ast.Call) for p in parts):
        return True
    made = _made_before(features, call.lineno)
    indexed = any(isinstance(part, ast.Subscript) for part in parts)
    earlier = bool((used & made) - parameters) or indexed
    labels = (used & parameters) - _assigned_before(features, call.lineno)
    return earlier and not labels and _after_up(features, call.lineno)


def _assigned_before(features: Features, line: int) -> set[str]:
    """Names that were given another value before a line."""
    return {
        each.id
        for node in features.of(ast.Assign)
        if node.lineno < line
        for target in node.targets
        for each in walk(target)
        if isinstance(each, ast.Name)
    }


def _made_before(features: Features, line: int) -> set[str]:
    """Names that were assigned from a call of one of the object's parts before a line."""
    names: set[str] = set()
    for node in features.of(ast.Assign):
        if node.lineno >= line:
            continue
        if isinstance(node.value, ast.Call) and ast.unparse(node.value.func).startswith("self."):
            for target in node.targets:
                names |= {e.id for e in walk(target) if isinstance(e, ast.Name)}
    return names


def _after_call(features: Features, line: int) -> bool:
    """Return whether the function runs one of its own parts before a line (``x =
    self.model(x)``).
    """
    return any(
        isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "self"
        and node.lineno < line
        for node in features.of(ast.Call)
    )


def skip_concatenation(scene: Scene, network: Network) -> Evidence | None:
    """Find a concatenation of an enlarged map with an earlier one: a U-Net's skip connection.

    The network must also make maps smaller (pooling or convolution) and larger again.
    """
    ups = network.of("conv_transpose", "upsample")
    if not ups or not network.has("conv"):
        return None
    owners = _owners_up(network)
    names = set(network.class_names())
    bodies = scene.methods(network.classes())
    owners |= _counted(network, _up_classes(bodies, names))
    modules = {id(each) for each in bodies}
    bodies += [f for f in scene.functions if id(f) not in modules]
    for features in bodies:
        inside = id(features) in modules
        for call in _calls(features, _CAT):
            if inside and (scene.skipped(features, call) or _pyramid(features, call)):
                continue
            if inside and _is_skip(features, call, owners):
                return scene.evidence(features, call)
            makes = features.calls_any(
                "Conv2D", "conv2d", "Conv2DTranspose", "UpSampling2D", "Conv"
            )
            if not inside and makes is not None and _functional_skip(features, call):
                return scene.evidence(features, call)
    return None


def _pyramid(features: Features, call: ast.Call) -> bool:
    """Return whether a class pools at several rates, or enlarges maps of several levels, and joins
    what came out at once: no skip connection.
    """
    owner = features.owner.name if features.owner is not None else ""
    if re.search(r"(?i)aspp|ppm|psp|pyramid", owner):
        return True
    joined = (
        call.args[0].elts if call.args and isinstance(call.args[0], ast.List | ast.Tuple) else []
    )
    names = [each.id for each in joined if isinstance(each, ast.Name)]
    enlarged = [name for name in names if _assigned_from_up(features, {name}, call.lineno)]
    return len(enlarged) > 1 and len(list(_calls(features, _CAT))) == 1


def _up_classes(bodies: list[Features], names: set[str]) -> set[str]:
    """Classes whose own methods call something that enlarges."""
    return {
        f.owner.name
        for f in bodies
        if f.owner is not None and f.owner.name in names and f.calls_any("interpolate", "pad")
    }


def _functional_skip(features: Features, call: ast.Call) -> bool:
    """``Concatenate()([up, skip])`` and ``concatenate([Conv2DTranspose(…)(x), c4])`` of Keras."""
    parts = [
        e for arg in call.args for e in (arg.elts if isinstance(arg, ast.List | ast.Tuple) else [])
    ]
    if len(parts) < 2:
        parent = _applied(features, call)
        parts = list(parent.args[0].elts) if parent is not None else []  # type: ignore[attr-defined]
    if len(parts) < 2:
        return False
    text = " ".join(ast.unparse(part) for part in parts)
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    return bool(
        re.search(r"Upsampl|UpSampling|Transpose|\bup|_up|up\d", text)
        or _assigned_from_up(features, names, call.lineno)
    )


def _applied(features: Features, call: ast.Call) -> ast.Call | None:
    for node in features.of(ast.Call):
        if node.func is call and node.args:
            return node if isinstance(node.args[0], ast.List | ast.Tuple) else None
    return None


def _assigned_from_up(features: Features, names: set[str], line: int) -> bool:
    """Return whether one of ``names`` was last assigned, shortly before, from an enlarging
    layer.
    """
    last: dict[str, str] = {}
    for node in features.of(ast.Assign):
        if node.lineno < line:
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id in names:
                    made = ast.unparse(node.value)
                    kept = target.id in last and _only_regulates(node.value, target.id)
                    last[target.id] = f"{last[target.id]} {made}" if kept else made
    return any(
        re.search(r"UpSampling|Transpose|upsample|interpolate", text) for text in last.values()
    )


_REGULATES = re.compile(r"(?i)norm|relu|activation|elu|dropout|selu|swish|gelu")


def _only_regulates(node: ast.expr, name: str) -> bool:
    """Return whether a layer that changes no size is applied to a name: ``ReLU()(x)``."""
    applied = isinstance(node, ast.Call) and [ast.unparse(each) for each in node.args] == [name]
    return applied and _REGULATES.search(ast.unparse(node.func)) is not None  # type: ignore[attr-defined]


# ---- residual blocks ------------------------------------------------------------------------


def _summands(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """Return the two sides of ``a + b`` and of ``torch.add(a, b)``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return node.left, node.right
    if not isinstance(node, ast.Call) or plain_name(node.func) not in ("add", "Add"):
        return None
    return (node.args[0], node.args[1]) if len(node.args) == 2 else None


def _adds(features: Features) -> ast.AST | None:
    """Find ``x + self.f(x)``, ``out += shortcut`` or a sum of two maps."""
    parameters = _parameters(features)
    for node in features.walk():
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            if isinstance(node.value, ast.Name | ast.Call) and isinstance(node.target, ast.Name):
                text = ast.unparse(node.value)
                if re.search(r"(?i)resid|ident|shortcut|skip|self\.|^x$|inputs?", text):
                    return node
        elif (sides := _summands(node)) is not None:
            call = any(isinstance(s, ast.Call) and "self." in ast.unparse(s) for s in sides)
            name = any(isinstance(s, ast.Name) for s in sides)
            if call and name:
                return node
            if any(
                isinstance(s, ast.IfExp) and "shortcut" in ast.unparse(s).lower() for s in sides
            ):
                return node
            texts = [ast.unparse(s) for s in sides if isinstance(s, ast.Name)]
            if len(texts) == 2 and any(
                re.search(r"(?i)resid|ident|shortcut|skip|^x$|inputs?", t) or t in parameters
                for t in texts
            ):
                return node
    return None


_FORWARD = ("forward", "__call__", "call", "hybrid_forward")


def residual_convolutions(scene: Scene, network: Network) -> tuple[Evidence, int] | None:
    """Return where a class that owns convolutions adds its input, and how many objects do."""
    owners: dict[str, int] = {}
    for layer in network.of("conv"):
        if layer.owner is not None:
            owners[layer.owner.name] = owners.get(layer.owner.name, 0) + 1
    found: Evidence | None = None
    blocks: set[str] = set()
    for features in scene.methods(network.classes()):
        if features.owner is None or features.info is None:
            continue
        if features.info.name in _FORWARD and features.owner.name in owners:
            node = _adds(features)
            if node is not None:
                blocks.add(features.owner.name)
                found = found or scene.evidence(features, node)
    if found is None:
        return None
    count = sum(1 for i in network.instances if any(k.info.name in blocks for k in i.klass.mro()))
    return found, count


# ---- attention by hand ---------------------------------------------------------------------------


def hand_attention(scene: Scene, network: Network) -> Evidence | None:
    """Find softmax over products of queries and keys, written out."""
    bodies = [*scene.methods(network.classes()), *(f for f in scene.functions if f.owner is None)]
    for features in bodies:
        product = features.calls_any("matmul", "bmm", "einsum", "mm", "dot", "batch_dot")
        at = any(isinstance(node.op, ast.MatMult) for node in features.of(ast.BinOp))
        fused = features.calls_any(*_FUSED)
        if fused is not None and (features.name_like(_QKV) or _class_says(features, _ATTENTION)):
            return scene.evidence(features, fused)
        if not (product or at):
            continue
        soft = features.calls_any(*_SOFT) or _own_softmax(features)
        if soft is None:
            continue
        if features.info is None and not features.name_like(_QKV):
            continue
        if features.name_like(_QKV) or _class_says(features, _ATTENTION):
            return scene.evidence(features, soft)
    return None


_ATTENTION = r"(?i)attention|attn"
_SOFT = ("softmax", "Softmax")
#: Functions that are a whole attention.
_FUSED = (
    "scaled_dot_product_attention",
    "dot_product_attention",
    "flash_attn_func",
    "flash_attn_qkvpacked_func",
    "flash_attn_varlen_func",
    "flash_attention",
    "flex_attention",
    "memory_efficient_attention",
)


def _own_softmax(features: Features) -> ast.AST | None:
    """Find a softmax that the class makes as a part of itself (``self.attend = nn.Softmax()``)."""
    if features.owner is None:
        return None
    for info in features.owner.methods.values():
        for node in kinds(info.node)[ast.Call]:
            if plain_name(node.func) == "Softmax":
                return node  # type: ignore[no-any-return]
    return None


def _class_says(features: Features, pattern: str) -> bool:
    owner = features.owner.name if features.owner else ""
    name = features.info.name if features.info else ""
    return bool(re.search(pattern, owner) or re.search(pattern, name))


# ---- parts that are not known --------------------------------------------------------------------


def _given_parts(features: Features) -> Iterator[str]:
    """Yield the attributes that a constructor sets to its parameters."""
    info = features.info
    if info is None or info.name != "__init__" or isinstance(info.node, ast.Lambda):
        return
    parameters = {arg.arg for arg in (*info.node.args.args, *info.node.args.kwonlyargs)}
    for node in features.of(ast.Assign):
        if isinstance(node.value, ast.Name):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and node.value.id in parameters:
                    yield target.attr


def _is_unknown(value: Abstract) -> bool:
    """Return whether a part is not known, or is what an unknown object gave back."""
    part = unwrap(value, "model")
    if isinstance(part, Call):
        if part.name is None:
            return True
        known = (
            kind_of(part.name) is not None
            or ready_made(part.name, texts_of(part.args, part.kwargs)) is not None
        )
        return not known and (part.method is not None or is_strangers(part.name))
    return isinstance(part, Unknown | Attr | Item)


def calls_unknown(scene: Scene, instance: Instance) -> bool:
    """Return whether an object calls a part of itself that it was given, or that an unknown
    function made.
    """
    unknown = {name for name, value in instance.attrs.items() if _is_unknown(value)}
    bodies = scene.methods([klass.info for klass in instance.klass.mro()])
    if not instance.attrs:  # made from its class alone: what its constructor was to be given
        unknown = {name for features in bodies for name in _given_parts(features)}
    if not unknown:
        return False
    for features in bodies:
        for node in features.of(ast.Call):
            called = node.func
            if not isinstance(called, ast.Attribute) or called.attr not in unknown:
                continue
            if isinstance(called.value, ast.Name) and called.value.id == "self":
                return True
    return False
