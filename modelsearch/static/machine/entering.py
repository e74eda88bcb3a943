"""Entering project code: functions with bound arguments, constructors, calls of objects."""

from __future__ import annotations

import ast

from modelsearch.static.machine import attributes
from modelsearch.static.machine.machine import Machine
from modelsearch.static.machine.registry import LIBRARIES
from modelsearch.static.machine.scopes import CallRecord, Names, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Call,
    ClassValue,
    Const,
    Dotted,
    Function,
    Instance,
    Map,
    Place,
    Seq,
    Span,
    Varying,
    choice,
    first,
)
from modelsearch.vocabulary.roles import role

MAX_STACK = 24
MAX_RUNS = 30
MAX_BUILDS = 300
_BUILT_OFTEN = ("__init__", "setup", "__getattr__", "__getitem__")
_DICTIONARIES = role("dictionary class")
_FORWARD = role("forward")
_WITH_FUNCTIONS = role("forward with functions")
_TABLE = role("table class")
_RECORD = role("record class")
_RECORD_DECORATOR = role("record decorator")
_RECORD_FIELD = role("record field")


def call_function(
    m: Machine,
    function: Function,
    args: list[Abstract],
    kwargs: dict[str, Abstract],
    star: bool = False,
) -> Abstract:
    """Enter a project function and return what it returns."""
    node = function.info.node
    runs = m.counts.get(node, 0)
    limit = MAX_BUILDS if function.info.name in _BUILT_OFTEN else MAX_RUNS
    if len(m.stack) >= MAX_STACK or runs >= limit:
        return UNKNOWN
    if sum(1 for info in m.stack if info.node is node) >= 2:
        return UNKNOWN
    m.counts[node] = runs + 1
    if function.extra is not None:
        args = [*function.extra[0], *args]
        kwargs = {**function.extra[1], **kwargs}
    scope = Scope(function.info.module, Names(), function.scope, function.info)
    outer = function.scope
    bound = function.bound
    scope.self_value = bound if bound is not None else getattr(outer, "self_value", None)
    if bound is not None and function.kind != "static":
        args = [bound, *args]
    _bind(m, function, args, kwargs, scope, star)
    m.spend(4)
    stack, m.stack = m.stack, (*m.stack, function.info)
    depth, m.depth = m.depth, 0
    try:
        if isinstance(node, ast.Lambda):
            return m.eval(node.body, scope)
        m.block(node.body, scope)
    finally:
        m.stack, m.depth = stack, depth
    if not stack and function.bound is None and function.info.module.is_main:
        m.outer_scopes.append(scope.names)
    if scope.yields:
        return _generator(m, function, args, kwargs, scope)
    return choice(scope.returns) if scope.returns else Const(None)


def _generator(
    m: Machine,
    function: Function,
    args: list[Abstract],
    kwargs: dict[str, Abstract],
    scope: Scope,
) -> Abstract:
    """Return what a generator function returns: a call that keeps what is yielded and in which
    loop.
    """
    place = Place(function.info.module, function.info.node)
    result = Call("generator", args, kwargs, place)
    result.attrs["yields"] = choice(scope.yields)
    inner = scope.yield_loops[len(m.loops) :]
    iterables = [loop.iterable for loop in inner if loop.iterable is not None]
    result.attrs["loops"] = Seq(iterables)
    for loop in inner:
        if "epoch" in loop.target.lower() and isinstance(first(loop.iterable), Span):
            result.attrs["epochs"] = first(loop.iterable)  # it passes over the data again and again
    return result


def _bind(
    m: Machine,
    function: Function,
    args: list[Abstract],
    kwargs: dict[str, Abstract],
    scope: Scope,
    star: bool,
) -> None:
    """Bind arguments to parameters: given ones, then defaults, then unknown."""
    spec = function.info.node.args
    positional = [*spec.posonlyargs, *spec.args]
    names = scope.names
    for arg, value in zip(positional, args, strict=False):
        names[arg.arg] = value
    if spec.vararg is not None:
        names[spec.vararg.arg] = Seq(list(args[len(positional) :]), "tuple", star)
    rest = dict(kwargs)
    for arg in [*positional, *spec.kwonlyargs]:
        if arg.arg in rest:
            names[arg.arg] = rest.pop(arg.arg)
        elif arg.arg not in names:
            default = function.defaults.get(arg.arg)
            names[arg.arg] = _default(m, default, arg, function, star)
    if spec.kwarg is not None:
        names[spec.kwarg.arg] = Map({**rest}, open=star)


def _default(
    m: Machine, default: Abstract | None, arg: ast.arg, function: Function, star: bool
) -> Abstract:
    if default is None:
        return UNKNOWN
    if star:
        return Varying(default)
    if isinstance(default, Call):
        found = (read(default) for read in LIBRARIES.defaults)
        return next((value for value in found if value is not None), default)
    return default


def run_method(
    m: Machine, owner: Instance, name: str, args: list[Abstract] | None = None
) -> Abstract | None:
    """Enter a method that the project defines; None when it does not."""
    found = attributes.class_attribute(owner.klass, name)
    if not isinstance(found, Function):
        return None
    bound = attributes.bind(m, found, owner)
    if not isinstance(bound, Function):
        return bound
    return m.call_function(bound, args or [], {})


def call_object(m: Machine, callee: Instance, record: CallRecord) -> Abstract:
    """Call an object: ``__call__``, or the forward pass of a module."""
    for name in _FORWARD.listed:
        found = attributes.class_attribute(callee.klass, name)
        if isinstance(found, Function):
            record.names(found.info)
            args = [UNKNOWN, *record.args] if name in _WITH_FUNCTIONS else record.args
            key = (found.info.node, id(callee))
            if name != "__call__" and m.object_calls.get(key, 0) > 2:
                break
            m.object_calls[key] = m.object_calls.get(key, 0) + 1
            bound = attributes.bind(m, found, callee)
            assert isinstance(bound, Function)
            result = call_function(m, bound, args, record.kwargs)
            if isinstance(result, Const) and result.value is None:
                break
            return result
    return Call(None, record.args, record.kwargs, record.place, callee, "__call__")


# ---- classes ---------------------------------------------------------------------------------


def construct(
    m: Machine,
    klass: ClassValue,
    args: list[Abstract],
    kwargs: dict[str, Abstract],
    star: bool,
    place: Place,
) -> Abstract:
    """Make an object of a project class."""
    bases = klass.library_bases()
    if any(base in _DICTIONARIES for base in bases) and "__init__" not in klass.attrs:
        return make_namespace(args, kwargs, star)
    if any(_TABLE.ends(base) for base in bases):
        return make_namespace(args, kwargs, star)
    made = Instance(klass, call=Call(klass.info.qualified, args, kwargs, place))
    made.args, made.kwargs = args, kwargs
    m.instances.append(made)
    m.spend(5)
    init = attributes.class_attribute(klass, "__init__")
    if isinstance(init, Function):
        bound = attributes.bind(m, init, made)
        if isinstance(bound, Function):
            call_function(m, bound, args, kwargs, star)
    elif _has_fields(klass, bases):
        _bind_fields(m, klass, made, args, kwargs, star)
    for observe in LIBRARIES.on_made:
        observe(m, made)
    return made


def _has_fields(klass: ClassValue, bases: list[str]) -> bool:
    for each in klass.mro():
        for decorator in each.info.node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            if name in _RECORD_DECORATOR:
                return True
    return any(_RECORD.ends(base) for base in bases)


def _bind_fields(
    m: Machine,
    klass: ClassValue,
    made: Instance,
    args: list[Abstract],
    kwargs: dict[str, Abstract],
    star: bool,
) -> None:
    """Bind the arguments of a dataclass-like class to its annotated fields."""
    fields: dict[str, Abstract] = {}
    for each in reversed(list(klass.mro())):
        for statement in each.info.node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
                fields[name] = field_default(m, each.attrs.get(name))
    for name, value in zip(list(fields), args, strict=False):
        fields[name] = value
    for name, value in kwargs.items():
        fields[name] = value
    for name, value in fields.items():
        if name not in kwargs and star and not args:
            value = Varying(value)
        m.put(made.attrs, name, value)
    post = attributes.class_attribute(klass, "__post_init__")
    if isinstance(post, Function):
        bound = attributes.bind(m, post, made)
        if isinstance(bound, Function):
            call_function(m, bound, [], {})


def field_default(m: Machine, value: Abstract | None) -> Abstract:
    """Return the default of a dataclass field: ``field(default=…)`` and ``default_factory``
    unpacked.
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, Call) and value.last in _RECORD_FIELD:
        factory = value.argument(None, "default_factory", "factory")
        if isinstance(factory, Function):
            return call_function(m, factory, [], {})
        if isinstance(factory, ClassValue):
            return construct(m, factory, [], {}, False, value.at)
        if isinstance(factory, Dotted):
            kinds: dict[str, Abstract] = {"builtins.list": Seq([]), "builtins.dict": Map({})}
            return kinds.get(factory.name, UNKNOWN)
        return value.argument(0, "default") or UNKNOWN
    return value


def make_namespace(
    args: list[Abstract], kwargs: dict[str, Abstract], star: bool, namespace: bool = True
) -> Map:
    """Make a dictionary (or an object with attributes) from what it is given."""
    result = Map({}, namespace=namespace, open=star)
    for each in args:
        inner = first(each)
        if isinstance(inner, Map):
            result.items.update(inner.items)
            result.open = result.open or inner.open
        elif isinstance(inner, Seq):
            for row in inner.items:
                if isinstance(row, Seq) and len(row.items) == 2 and isinstance(row.items[0], Const):
                    result.items[row.items[0].value] = row.items[1]
        elif not isinstance(inner, Const):
            result.open = True
    result.items.update(kwargs)
    if namespace:
        for key, value in list(result.items.items()):
            if isinstance(value, Map) and not value.namespace:
                result.items[key] = make_namespace([value], {}, value.open)
    return result
