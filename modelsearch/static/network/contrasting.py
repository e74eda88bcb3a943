"""Contrastive losses by their arithmetic: the similarities of all pairs of a batch, of which those
on the diagonal, or the rows' own numbers, are right. No name is asked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from modelsearch.records.artefacts import Evidence
from modelsearch.static.machine.values import Call
from modelsearch.static.network.features import Features, Scene
from modelsearch.static.network.loss_pairs import SAME_VALUES, Body, bodies, read_body
from modelsearch.static.source.nodes import last_name, walk

PRODUCTS = ("matmul", "mm", "bmm", "einsum", "dot")
_TURNED = ("t", "transpose", "permute", "T", "mT", "swapaxes", "adjoint")
_TURNS = ("transpose_b", "transpose_y", "adjoint_b", "transpose_a", "transpose_x")
_LIKENESS = ("cosine_similarity", "CosineSimilarity", "cdist")
_ENTROPY = ("cross_entropy", "CrossEntropyLoss", "softmax_cross_entropy_with_integer_labels")
_COUNTED = ("arange", "range", "eye")
_TARGETS = ("target", "label", "labels", "y_true")


def contrastive(scene: Scene) -> Evidence | None:
    """Find a loss over the similarities of all pairs: with the numbers of the rows as labels, or as
    a share of the exponentials.
    """
    for body in bodies(scene):
        pairs = list(pairwise(body.features))
        if not pairs:
            continue
        if _against_rows(scene, body) or _as_shares(body.features):
            return scene.evidence(body.features, pairs[0])
    return _compared_elsewhere(scene)


def pairwise(features: Features) -> Iterator[ast.AST]:
    """Yield products of vectors with turned ones: every one with every other."""
    for node in features.of(ast.BinOp):
        if isinstance(node.op, ast.MatMult) and (_is_turned(node.right) or _is_turned(node.left)):
            yield node
    for call in features.of(ast.Call):
        name = last_name(call)
        turned = any(_is_turned(each) for each in call.args) or _turns(call)
        wide = any(last_name(each) == "unsqueeze" for each in call.args)
        if (name in PRODUCTS and turned) or (name in _LIKENESS and wide) or _is_spread(call):
            yield call


def _turns(call: ast.Call) -> bool:
    """``matmul(a, b, transpose_b=True)``."""
    return any(
        word.arg in _TURNS and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in call.keywords
    )


def _is_spread(call: ast.Call) -> bool:
    """Return whether a call is given rows and columns: ``sim(a.unsqueeze(1), b.unsqueeze(0))``."""
    if len(call.args) < 2:
        return False
    one, other = (_new_axis(each) for each in call.args[:2])
    return one is not None and other is not None and one != other


def _new_axis(node: ast.expr) -> int | None:
    """The axis that ``a.unsqueeze(1)`` adds."""
    if not isinstance(node, ast.Call) or last_name(node) != "unsqueeze" or len(node.args) != 1:
        return None
    axis = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
    return axis if isinstance(axis, int) else None


def encodes_two(features: Features) -> bool:
    """Return whether a network's own function multiplies what it made of one of its arguments with
    what it made of another: what attends makes all of one.
    """
    if features.info is None or features.info.name not in _FORWARD:
        return False
    body = read_body(features)
    given = {each.arg for each in features.info.node.args.args[1:]}
    for node in pairwise(features):
        sides = [node.left, node.right] if isinstance(node, ast.BinOp) else []
        used = [_arguments(body, side) & given for side in sides]
        if len(used) == 2 and all(len(each) == 1 for each in used) and used[0] != used[1]:
            return True
    return False


_FORWARD = ("forward", "__call__", "call")


def _arguments(body: Body, node: ast.expr, steps: int = 8) -> set[str]:
    """Return the names that a value was made of, assignments followed back."""
    found: set[str] = set()
    for each in walk(node):
        if not isinstance(each, ast.Name):
            continue
        made = body.last(each) if steps else each
        found |= {each.id} if made is each else _arguments(body, made, steps - 1)
    return found


def _is_turned(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in ("T", "mT")
    return isinstance(node, ast.Call) and last_name(node) in _TURNED


def numbered_rows(scene: Scene) -> Evidence | None:
    """Find a loss whose labels are the numbers of the rows, of a network that compares all pairs
    itself.
    """
    for body in bodies(scene):
        for call in body.features.of(ast.Call):
            if _labels_rows(body, call) and _is_entropy(scene, body, call):
                return scene.evidence(body.features, call)
    return None


def _compared_elsewhere(scene: Scene) -> Evidence | None:
    """Find a product of all pairs of two sets in one function, and the entropy of these against the
    plain numbers of the rows in another. What attends makes shares of its products itself.
    """
    rows = (
        scene.evidence(body.features, call)
        for body in bodies(scene)
        for call in body.features.of(ast.Call)
        if _is_plain_count(body, _target(call)) and _is_entropy(scene, body, call)
    )
    found = next(rows, None)
    if found is None:
        return None
    products = (
        node
        for features in scene.functions
        if features.calls_any("softmax", "Softmax", "masked_fill") is None
        for node in pairwise(features)
    )
    return found if any(map(_is_of_two, products)) else None


def _is_of_two(node: ast.AST) -> bool:
    """Return whether a product is of two values, and not of one with itself."""
    if isinstance(node, ast.BinOp):
        sides = [node.left, node.right]
    else:
        sides = node.args[:2] if isinstance(node, ast.Call) else []
    texts = [ast.unparse(_unturned(side)) for side in sides]
    return len(texts) == 2 and texts[0] != texts[1]


def _unturned(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Attribute) and node.attr in _TURNED:
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_turned(node):
        return node.func.value
    return node


#: Functions and methods that give numbers back as another type or in another form.
_CASTS = SAME_VALUES | {"long", "int", "reshape", "cast", "astype", "Tensor", "tensor", "as_tensor"}


def _is_plain_count(body: Body, node: ast.expr | None) -> bool:
    """``torch.arange(n).long().to(device)``."""
    found = body.behind(node) if node is not None else None
    for _ in range(6):
        if not isinstance(found, ast.Call):
            return False
        if last_name(found) in ("arange", "range"):
            return True
        if last_name(found) not in _CASTS:
            return False
        method = isinstance(found.func, ast.Attribute) and isinstance(found.func.value, ast.Call)
        inner = found.func.value if method else next(iter(found.args), None)  # type: ignore[attr-defined]
        found = body.behind(inner) if inner is not None else None
    return False


def _is_entropy(scene: Scene, body: Body, call: ast.Call) -> bool:
    """Return whether what is called is a cross-entropy by its name, or was made as one, whatever it
    is called.
    """
    if _is_called_entropy(call):
        return True
    values = scene.evaluator.abstract(call.func, body.features.module)
    return any(isinstance(value, Call) and value.last in _ENTROPY for value in values)


def _against_rows(scene: Scene, body: Body) -> bool:
    """Return whether a cross-entropy has the numbers of the rows as its labels."""
    calls = body.features.of(ast.Call)
    return any(_labels_rows(body, call) and _is_entropy(scene, body, call) for call in calls)


def _target(call: ast.Call) -> ast.expr | None:
    """What a loss is given as right: by name, first where Keras has it, else second."""
    named = (word.value for word in call.keywords if word.arg in _TARGETS)
    given = [*call.args, *(word.value for word in call.keywords)]
    place = 0 if last_name(call).endswith("categorical_crossentropy") else 1
    return next(named, given[place] if len(given) > 1 else None)


def _labels_rows(body: Body, call: ast.Call) -> bool:
    """Return whether what a call is given as right is made of a row of numbers from zero."""
    target = _target(call)
    return target is not None and _counts(body, target)


def _counts(body: Body, node: ast.expr, steps: int = 4) -> bool:
    """Return whether a value is made of a row of numbers, assignments followed back."""
    for each in walk(node):
        if isinstance(each, ast.Call) and last_name(each) in _COUNTED:
            return True
        if steps and isinstance(each, ast.Name):
            made = body.last(each)
            if made is not each and _counts(body, made, steps - 1):
                return True
    return False


def _is_called_entropy(call: ast.Call) -> bool:
    """``F.cross_entropy(…)``, ``nn.CrossEntropyLoss()(…)``, ``self.criterion(…)``."""
    name = last_name(call)
    if name in _ENTROPY or "cross_entropy" in name or name.endswith("categorical_crossentropy"):
        return True
    if isinstance(call.func, ast.Call) and last_name(call.func) in _ENTROPY:
        return True
    return "criterion" in name.lower() or name.lower().endswith("_ce")


def _as_shares(features: Features) -> bool:
    """Return whether unit vectors are compared, divided by a temperature, and turned into shares:
    a logarithm of sums of exponentials, or of their quotient.
    """
    if not features.calls_any("normalize", "l2_normalize", *_LIKENESS):
        return False
    told = any(isinstance(node.ops[0], ast.Eq) for node in features.of(ast.Compare))
    if told and not features.calls_any(*_COUNTED):
        return False  # which pairs belong together, labels tell
    divided = any(isinstance(node.op, ast.Div) for node in features.of(ast.BinOp))
    shares = features.calls_any("logsumexp") or (
        features.calls_any("exp") and features.calls_any("log")
    )
    return divided and shares is not None
