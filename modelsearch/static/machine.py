"""Abstract execution of statements: forward, once through each loop, both ways at open branches.

A :class:`Machine` holds the state of one execution. Nothing of the script is run: expressions are
evaluated over :mod:`modelsearch.static.values` by :mod:`modelsearch.static.expressions`, calls are
followed by :mod:`modelsearch.static.invoking`. Every assignment goes through :meth:`Machine.put`,
so that a branch can be undone and joined with its alternative. Work is bounded by fuel.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial
from typing import Any

from modelsearch.static import attributes, expressions
from modelsearch.static.program import ClassInfo, FunctionInfo, Module, Program, is_main_test
from modelsearch.static.scopes import CallRecord, Loop, OutOfFuel, Scope
from modelsearch.static.values import (
    UNKNOWN,
    Abstract,
    Call,
    ClassValue,
    Const,
    Dotted,
    Function,
    Instance,
    Item,
    Map,
    ModuleValue,
    Place,
    Seq,
    Span,
    Unknown,
    Varying,
    choice,
    constant,
    first,
)

FUEL = 120_000
MAX_UNROLL = 64
MAX_UNROLLED_NODES = 3000
MAX_DEPTH = 40
MAX_ITEMS = 2000
_MISSING = object()
_TRAINING = frozenset(
    {"backward", "step", "fit", "apply_gradients", "minimize", "train_on_batch", "run", "train"}
)
_BUILDERS = ("__init__", "build", "make", "create", "setup", "_make", "_build", "get_", "define")

Signal = str | None


class Machine:
    """The state of one abstract execution.

    With ``explore`` both sides of every condition are taken, even when the defaults decide it:
    used when the default run trains nothing (``if args.train:``).
    """

    def __init__(self, program: Program, explore: bool = False, fuel: int = FUEL) -> None:
        """Prepare; :meth:`run` executes."""
        self.program = program
        self.explore = explore
        self.fuel = fuel
        self.globals: dict[str, Scope] = {}
        self.records: list[CallRecord] = []
        self.instances: list[Instance] = []
        self.seen: dict[ast.AST, list[Abstract]] = {}
        self.loops: tuple[Loop, ...] = ()
        self.stack: tuple[FunctionInfo, ...] = ()
        self.counts: dict[ast.AST, int] = {}
        self.flags: dict[Any, Abstract] = {}
        self.wandb = Map({}, namespace=True, open=True)
        self.used_files: list[str] = []
        self.skipped = False
        self.rates_set: list[Abstract] = []
        self.exhausted = False
        self.depth = 0
        self.outer_scopes: list[dict[str, Abstract]] = []
        self._journal: list[tuple[dict[Any, Abstract], Any, Any]] | None = None
        self._labels: dict[int, tuple[Abstract, str]] = {}
        self._changed: dict[ast.AST, tuple[set[str], bool]] = {}

    # ---- state -------------------------------------------------------------------------------

    def spend(self, amount: int = 1) -> None:
        """Use fuel; raise :class:`OutOfFuel` when there is none left."""
        self.fuel -= amount
        if self.fuel < 0:
            raise OutOfFuel

    def put(self, table: dict[Any, Abstract], key: Any, value: Abstract) -> None:
        """Assign, undoably."""
        if self._journal is not None:
            self._journal.append((table, key, table.get(key, _MISSING)))
        table[key] = value

    def name(self, value: Abstract, name: str) -> None:
        """Remember the first name that an object was given."""
        if isinstance(value, Call | Instance):
            self._labels.setdefault(id(value), (value, name))

    def label(self, value: Abstract | None) -> str:
        """The first name that an object was given, or nothing."""
        found = self._labels.get(id(value))
        return found[1] if found and found[0] is value else ""

    def entered(self, loop: Loop) -> list[FunctionInfo]:
        """Functions that were entered inside a loop, innermost of each call."""
        found: dict[int, FunctionInfo] = {}
        for record in self.records:
            if loop in record.loops and record.function is not None:
                found[id(record.function.node)] = record.function
        return list(found.values())

    def record(self, record: CallRecord) -> None:
        """Keep a call that was reached."""
        self.spend(2)
        self.records.append(record)

    # ---- running -----------------------------------------------------------------------------

    def run(self) -> None:
        """Execute the script from its top; stop quietly when fuel runs out."""
        try:
            self.run_module(self.program.main)
        except (OutOfFuel, RecursionError):
            self.exhausted = True

    def run_module(self, module: Module) -> Scope:
        """Execute a module's top level once and return its scope."""
        scope = self.globals.get(module.path)
        if scope is not None:
            return scope
        scope = Scope(module, {})
        scope.names["__name__"] = Const("__main__" if module.is_main else module.path)
        scope.names["__file__"] = Const(module.path)
        self.globals[module.path] = scope
        loops, stack = self.loops, self.stack
        journal, self._journal = self._journal, None
        self.loops, self.stack = (), ()
        try:
            self.block(module.tree.body, scope)
        finally:
            self.loops, self.stack = loops, stack
            self._journal = journal
        return scope

    def block(self, body: list[ast.stmt], scope: Scope) -> Signal:
        """Execute statements until one leaves the block."""
        for statement in body:
            self.spend()
            handler = _STATEMENTS.get(type(statement))
            if handler is None:
                continue
            try:
                signal = handler(self, statement, scope)
            except RecursionError:
                if self.depth > 1 or not scope.module.is_main:
                    raise
                continue
            if signal is not None:
                return signal
        return None

    def eval(self, node: ast.AST | None, scope: Scope) -> Abstract:
        """Evaluate an expression."""
        return expressions.evaluate(self, node, scope)

    # ---- branches ----------------------------------------------------------------------------

    def fork(self, bodies: list[Callable[[], Signal]]) -> Signal:
        """Execute alternatives from the same state and join their ends."""
        outer = self._journal
        ends: list[tuple[Signal, dict[tuple[int, Any], tuple[dict[Any, Abstract], Any]]]] = []
        originals: dict[tuple[int, Any], tuple[dict[Any, Abstract], Any, Any]] = {}
        for body in bodies:
            log: list[tuple[dict[Any, Abstract], Any, Any]] = []
            self._journal = log
            try:
                signal = body()
            finally:
                self._journal = outer
                if outer is not None:
                    outer.extend(log)
            final: dict[tuple[int, Any], tuple[dict[Any, Abstract], Any]] = {}
            for table, key, _old in log:
                final[id(table), key] = (table, table.get(key, _MISSING))
            for table, key, old in reversed(log):
                originals[id(table), key] = (table, key, old)
                if old is _MISSING:
                    table.pop(key, None)
                else:
                    table[key] = old
            ends.append((signal, final))
        going = [final for signal, final in ends if signal in (None, "break", "continue")]
        for place, (table, key, old) in originals.items():
            values = [end[place][1] if place in end else old for end in going]
            known = [value for value in values if value is not _MISSING]
            if known:
                self.put(table, key, choice(known))
        signals = [signal for signal, _ in ends]
        if None in signals or not signals:
            return None
        return next((signal for signal in signals if signal != "raise"), "raise")

    def decide(self, value: Abstract) -> bool | None:
        """Say whether a condition holds; None when unknown, or when exploring."""
        known = attributes.truth(value)
        if known is not None and self.explore and not _fixed(value):
            return None
        return known

    # ---- loops -------------------------------------------------------------------------------

    def run_loop(self, loop: Loop, body: Callable[[], Signal]) -> Signal:
        """Execute a body inside a loop."""
        loops = self.loops
        loop.depth = len(self.stack)
        self.loops = (*loops, loop)
        try:
            signal = body()
        finally:
            self.loops = loops
        return signal if signal in ("return", "raise") and loop.kind == "once" else None

    def blur(self, node: ast.AST, scope: Scope) -> None:
        """Mark what a loop changes as varying, before its body is executed once."""
        names, _ = self.changed(node)
        for name in names:
            owner = scope.outer.get(name, scope)
            table, key = owner.names, name
            if "." in name:
                head, _, key = name.partition(".")
                holder = scope.find(head)
                if not isinstance(holder, Instance):
                    continue
                table = holder.attrs
            value = table.get(key)
            if isinstance(value, Const) and not isinstance(value.value, str):
                self.put(table, key, Varying(value))

    def changed(self, node: ast.AST) -> tuple[set[str], bool]:
        """Names (and ``self.x``) that a loop's body computes from themselves, and whether the
        body trains.
        """
        if node not in self._changed:
            self._changed[node] = _changes(node)
        return self._changed[node]


def _fixed(value: Abstract) -> bool:
    """Say whether a condition is no option of the user (``__name__`` tests, version tests)."""
    return isinstance(value, Const) and not value.places


def _changes(node: ast.AST) -> tuple[set[str], bool]:
    names: set[str] = set()
    trains = False
    for child in ast.walk(node):
        if isinstance(child, ast.AugAssign):
            names.update(_target_names(child.target))
        elif isinstance(child, ast.Assign):
            targets = {name for target in child.targets for name in _target_names(target)}
            if targets:
                names |= targets & {
                    _simple(each)
                    for each in ast.walk(child.value)
                    if isinstance(each, ast.Name | ast.Attribute)
                }
        elif isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
            trains = trains or child.func.attr in _TRAINING
        elif isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
            trains = trains or "train" in child.func.id.lower()
    return names, trains


def _simple(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def _target_names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Tuple | ast.List):
        return {name for each in node.elts for name in _target_names(each)}
    name = _simple(node)
    return {name} if name else set()


# ---- statements -------------------------------------------------------------------------------


def assign(m: Machine, target: ast.AST, value: Abstract, scope: Scope) -> None:
    """Bind a target to a value."""
    if isinstance(target, ast.Name | ast.Attribute):
        m.name(value, target.id if isinstance(target, ast.Name) else target.attr)
    if isinstance(target, ast.Name):
        m.put(scope.outer.get(target.id, scope).names, target.id, value)
    elif isinstance(target, ast.Attribute):
        attributes.set_attribute(m, m.eval(target.value, scope), target.attr, value)
    elif isinstance(target, ast.Subscript):
        base, key = m.eval(target.value, scope), m.eval(target.slice, scope)
        attributes.set_item(m, base, key, value)
    elif isinstance(target, ast.Starred):
        assign(m, target.value, value, scope)
    elif isinstance(target, ast.Tuple | ast.List):
        parts = attributes.unpack(m, value, len(target.elts), _starred(target))
        for each, part in zip(target.elts, parts, strict=True):
            assign(m, each, part, scope)


def _starred(target: ast.Tuple | ast.List) -> int | None:
    return next((i for i, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)


def _assign(m: Machine, node: ast.Assign, scope: Scope) -> Signal:
    value = m.eval(node.value, scope)
    for target in node.targets:
        assign(m, target, value, scope)
    return None


def _ann_assign(m: Machine, node: ast.AnnAssign, scope: Scope) -> Signal:
    if node.value is not None:
        assign(m, node.target, m.eval(node.value, scope), scope)
    return None


def _aug_assign(m: Machine, node: ast.AugAssign, scope: Scope) -> Signal:
    old = m.eval(node.target, scope)
    value = expressions.operate(m, node.op, old, m.eval(node.value, scope), node, scope)
    if isinstance(old, Seq) and isinstance(value, Seq) and old.kind == "list":
        old.items, old.open = value.items, value.open
        return None
    if m.loops and isinstance(old, Const) and not isinstance(old.value, str):
        value = Varying(old)
    assign(m, node.target, value, scope)
    return None


def _expr(m: Machine, node: ast.Expr, scope: Scope) -> Signal:
    if not isinstance(node.value, ast.Constant):
        m.eval(node.value, scope)
    return None


def _refuses(body: list[ast.stmt]) -> bool:
    """Say whether a branch only complains: an option without a default that a user must give."""
    return isinstance(body[-1], ast.Raise) and len(body) <= 2


def _if(m: Machine, node: ast.If, scope: Scope) -> Signal:
    if is_main_test(node):
        return m.block(node.body if scope.module.is_main else node.orelse, scope)
    known = m.decide(m.eval(node.test, scope))
    if known is not None:
        m.skipped = True
        if known and _refuses(node.body):
            known = False
        return m.block(node.body if known else node.orelse, scope)
    return m.fork([lambda: m.block(node.body, scope), lambda: m.block(node.orelse, scope)])


def _items_to_unroll(m: Machine, node: ast.For, iterable: Abstract, scope: Scope) -> list[Abstract]:
    """The elements to run a loop over one by one, or nothing."""
    _, trains = m.changed(node)
    items = attributes.elements(m, iterable, MAX_UNROLL)
    if not items or trains:
        return []
    builder = scope.function is not None and scope.function.name.startswith(_BUILDERS)
    if builder or scope.is_class:
        return items
    if _counts_epochs(node) or _calls_training(m, node, scope):
        return []
    if len(items) <= 8:
        return items
    small = not isinstance(iterable, Span) and len(items) * _size(node) <= MAX_UNROLLED_NODES
    return items if small else []


def _counts_epochs(node: ast.For | ast.AsyncFor) -> bool:
    return "epoch" in f"{ast.unparse(node.target)} {ast.unparse(node.iter)}".lower()


def _calls_training(m: Machine, node: ast.AST, scope: Scope) -> bool:
    """Say whether a loop's body calls a project function or method that trains."""
    for child in ast.walk(node):
        value = _called(child.func, scope) if isinstance(child, ast.Call) else None
        for _ in range(3):  # jitted, partial
            if isinstance(value, Call) and value.args:
                value = first(value.args[0])
        if isinstance(value, Function) and m.changed(value.info.node)[1]:
            return True
    return False


def _called(node: ast.AST, scope: Scope) -> Abstract | None:
    """The function that a call names: a plain name, or a method of an object by name."""
    if isinstance(node, ast.Name):
        return first(scope.find(node.id))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        holder = first(scope.find(node.value.id))
        if isinstance(holder, Instance):
            return attributes.class_attribute(holder.klass, node.attr)
    return None


def _size(node: ast.AST) -> int:
    return sum(1 for _ in ast.walk(node))


def _for(m: Machine, node: ast.For | ast.AsyncFor, scope: Scope) -> Signal:
    iterable = m.eval(node.iter, scope)
    items = _items_to_unroll(m, node, iterable, scope) if isinstance(node, ast.For) else []
    if items:
        for item in items:
            m.spend(2)
            assign(m, node.target, item, scope)
            signal = m.block(node.body, scope)
            if signal in ("return", "raise"):
                return signal
            if signal == "break":
                break
        return m.block(node.orelse, scope)
    m.blur(node, scope)
    loop = Loop("for", node, scope.module, scope.function, iterable=iterable)
    loop.target = _target_text(node.target)
    assign(m, node.target, attributes.element(m, iterable), scope)
    leaving = _leaving_test(node)
    if leaving is not None:
        loop.broken_name = _simple(leaving.left).rpartition(".")[2]
        loop.broken_at = m.eval(leaving.comparators[0], scope)
        own = loop.broken_name in loop.target.replace(",", " ").split()
        loop.broken_late = own and leaving.lineno > node.body[0].lineno
    m.run_loop(loop, lambda: m.block(node.body, scope))
    return m.block(node.orelse, scope)


def _target_text(node: ast.AST) -> str:
    if isinstance(node, ast.Tuple | ast.List):
        return ", ".join(_target_text(each) for each in node.elts)
    return _simple(node)


def _while(m: Machine, node: ast.While, scope: Scope) -> Signal:
    loop = Loop("while", node, scope.module, scope.function)
    test = node.test.values[0] if isinstance(node.test, ast.BoolOp) else node.test
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = test.left, test.comparators[0]
        if isinstance(test.ops[0], ast.Gt | ast.GtE):
            left, right = right, left
        loop.target = _simple(left)
        loop.initial, loop.limit = m.eval(left, scope), m.eval(right, scope)
        loop.inclusive = isinstance(test.ops[0], ast.LtE | ast.GtE)
    elif isinstance(test, ast.Constant):
        _limit_by_break(m, loop, node, scope)
    m.blur(node, scope)
    if m.decide(m.eval(node.test, scope)) is False and not m.explore:
        m.skipped = True
        return None
    loop.increments = tuple(sorted(_increments(node)))
    m.run_loop(loop, lambda: m.block(node.body, scope))
    return None


def _limit_by_break(m: Machine, loop: Loop, node: ast.While | ast.For, scope: Scope) -> None:
    """Read ``if step >= total: break`` as the bound of an endless loop."""
    found = _leaving_test(node)
    if found is None:
        return
    loop.target = _simple(found.left)
    loop.initial, loop.limit = m.eval(found.left, scope), m.eval(found.comparators[0], scope)


def _leaving_test(node: ast.While | ast.For | ast.AsyncFor) -> ast.Compare | None:
    """The comparison under which a loop is left, where its body names one."""
    for statement in node.body:
        if not isinstance(statement, ast.If) or not isinstance(statement.body[-1], ast.Break):
            continue
        test = statement.test
        parts = (
            test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
        )
        for part in reversed(parts):
            if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.GtE | ast.Eq):
                if _simple(part.left):
                    return part
    return None


def _increments(node: ast.AST) -> set[str]:
    """Names that a loop's body raises by one."""
    found = set()
    for child in ast.walk(node):
        if isinstance(child, ast.AugAssign) and isinstance(child.op, ast.Add):
            found.add(_simple(child.target))
    return found


def _try(m: Machine, node: ast.Try, scope: Scope) -> Signal:
    before = dict(scope.names)
    signal = m.block(node.body, scope)
    if signal == "raise":
        signal = None
    after = dict(scope.names)
    for handler in node.handlers:
        if handler.name:
            m.put(scope.names, handler.name, UNKNOWN)
        m.block(handler.body, scope)
        for name, value in list(scope.names.items()):
            kept = after.get(name, before.get(name))
            if kept is not None and kept is not value and not isinstance(kept, Unknown | Item):
                m.put(scope.names, name, kept)
    if signal is None:
        signal = m.block(node.orelse, scope)
    final = m.block(node.finalbody, scope)
    return signal or final


def _with(m: Machine, node: ast.With | ast.AsyncWith, scope: Scope) -> Signal:
    for item in node.items:
        value = m.eval(item.context_expr, scope)
        if item.optional_vars is not None:
            assign(m, item.optional_vars, expressions.entered(m, value, item, scope), scope)
    return m.block(node.body, scope)


def _return(m: Machine, node: ast.Return, scope: Scope) -> Signal:
    scope.returns.append(m.eval(node.value, scope) if node.value else Const(None))
    return "return"


def _function(m: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> Signal:
    info = expressions.function_info(m, node, scope)
    closure = scope
    while closure.is_class and closure.parent is not None:
        closure = closure.parent
    function = Function(info, closure, expressions.defaults(m, node.args, scope))
    value: Abstract = function
    for decorator in reversed(node.decorator_list):
        value = expressions.decorate(m, decorator, value, function, scope)
    m.put(scope.outer.get(node.name, scope).names, node.name, value)
    return None


def _class(m: Machine, node: ast.ClassDef, scope: Scope) -> Signal:
    info = scope.module.class_of.get(node) or ClassInfo(node.name, node, scope.module)
    bases = tuple(m.eval(base, scope) for base in node.bases)
    klass = ClassValue(info, scope, bases=bases)
    for keyword in node.keywords:
        m.eval(keyword.value, scope)
    inner = Scope(scope.module, klass.attrs, scope, scope.function, is_class=True)
    m.block(node.body, inner)
    for decorator in node.decorator_list:
        m.eval(decorator, scope)
    m.put(scope.outer.get(node.name, scope).names, node.name, klass)
    return None


def _import(m: Machine, node: ast.Import, scope: Scope) -> Signal:
    for item in node.names:
        name = item.name if item.asname else item.name.partition(".")[0]
        found = m.program.module_for(name, scope.module)
        if found is not None and not item.asname and "." in item.name:
            deep = m.program.module_for(item.name, scope.module)
            if deep is not None:
                m.run_module(deep)
        value: Abstract = Dotted(name, Place(scope.module, node))
        if found is not None:
            m.run_module(found)
            value = ModuleValue(found)
        m.put(scope.names, item.asname or name, value)
    return None


def _import_from(m: Machine, node: ast.ImportFrom, scope: Scope) -> Signal:
    base = "." * node.level + (node.module or "")
    source = m.program.module_for(base, scope.module)
    names = m.run_module(source).names if source is not None else None
    for item in node.names:
        if item.name == "*":
            if names is not None:
                for name, value in list(names.items()):
                    if not name.startswith("__"):
                        m.put(scope.names, name, value)
            continue
        joint = "" if base.endswith(".") or not base else "."
        full = f"{base}{joint}{item.name}"
        if names is not None and item.name in names:
            value = names[item.name]
        else:
            deep = m.program.module_for(full, scope.module)
            if deep is not None:
                m.run_module(deep)
                value = ModuleValue(deep)
            else:
                value = Dotted(full.lstrip("."), Place(scope.module, node))
        m.put(scope.names, item.asname or item.name, value)
    return None


def _global(m: Machine, node: ast.Global, scope: Scope) -> Signal:
    for name in node.names:
        scope.outer[name] = m.globals[scope.module.path]
    return None


def _nonlocal(m: Machine, node: ast.Nonlocal, scope: Scope) -> Signal:
    for name in node.names:
        outer = scope.parent
        while outer is not None and name not in outer.names:
            outer = outer.parent
        if outer is not None:
            scope.outer[name] = outer
    return None


def _raise(m: Machine, node: ast.Raise, scope: Scope) -> Signal:
    return "raise"


def _break(m: Machine, node: ast.Break, scope: Scope) -> Signal:
    return "break"


def _continue(m: Machine, node: ast.Continue, scope: Scope) -> Signal:
    return "continue"


def _assert(m: Machine, node: ast.Assert, scope: Scope) -> Signal:
    m.eval(node.test, scope)
    return None


def _match(m: Machine, node: ast.Match, scope: Scope) -> Signal:
    subject = constant(m.eval(node.subject, scope))
    for case in node.cases:
        pattern = case.pattern
        if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant):
            if subject is not None and pattern.value.value == subject and not m.explore:
                return m.block(case.body, scope)
    return m.fork([partial(m.block, case.body, scope) for case in node.cases])


_STATEMENTS: dict[type, Callable[[Machine, Any, Scope], Signal]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _ann_assign,
    ast.AugAssign: _aug_assign,
    ast.Expr: _expr,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Return: _return,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Raise: _raise,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Assert: _assert,
    ast.Match: _match,
}
