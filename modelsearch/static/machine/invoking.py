"""Following calls: project functions and classes are entered, library calls are recorded.

A function that a library is given (``mp.spawn(main)``, ``app.run(main)``) is entered too, since
the library will call it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from modelsearch.static.libraries import calls, command_lines, protocols
from modelsearch.static.machine import attributes
from modelsearch.static.machine.scopes import CallRecord, Scope
from modelsearch.static.machine.values import (
    UNKNOWN,
    Abstract,
    Attr,
    Call,
    Choice,
    ClassValue,
    Const,
    Dotted,
    Function,
    Instance,
    Item,
    Map,
    Place,
    Seq,
    Span,
    Varying,
    choice,
    first,
    options,
)
from modelsearch.static.machine.wrappers import SAME

if TYPE_CHECKING:
    from modelsearch.static.machine.machine import Machine

MAX_STACK = 24
MAX_RUNS = 30
MAX_BUILDS = 300
#: Library calls that give back a callable which calls their first argument.
DEFERRED = frozenset(
    [
        "partial", "cached_partial", "jit", "pmap", "vmap", "grad", "value_and_grad", "function",
        "remat", "checkpoint", "njit", "wraps", "cache", "lru_cache", "shard_map", "transform",
        "transform_with_state", "pjit", "custom_vjp", "compile_fn", "contextmanager", "filter_jit",
        "filter_value_and_grad", "filter_grad", "linearize", "vjp", "jvp", "no_grad", "to_static",
    ]
)  # fmt: skip


def call(m: Machine, node: ast.Call, scope: Scope) -> Abstract:
    """Evaluate a call expression."""
    func = node.func
    method: str | None = None
    receiver: Abstract | None = None
    if isinstance(func, ast.Attribute):
        receiver = m.eval(func.value, scope)
        method = func.attr
        callee = _super_method(m, receiver, method, scope)
        if isinstance(callee, Attr) and isinstance(callee.base, Instance):
            receiver = callee.base
        if callee is None:
            callee = attributes.get_attribute(m, receiver, method)
        m.seen.setdefault(func, []).append(callee)
    else:
        callee = m.eval(func, scope)
    args, kwargs, star = _arguments(m, node, scope)
    record = CallRecord(
        None, node, scope.module, args, kwargs, scope.function, scope.self_value, receiver, method
    )
    record.loops, record.stack = m.loops, m.stack
    m.record(record)
    if isinstance(callee, Dotted) and callee.name == "builtins.super":
        return Call("builtins.super", args, kwargs, record.place)
    result = call_value(m, callee, record, scope, star)
    record.result = result
    return result


def _super_method(m: Machine, receiver: Abstract, method: str, scope: Scope) -> Abstract | None:
    """Resolve ``super().method`` against the bases of the class whose body is running."""
    if not isinstance(receiver, Call) or receiver.name != "builtins.super":
        return None
    owner = scope.function.owner if scope.function else None
    me = scope.self_value
    klass = me.klass if isinstance(me, Instance) else me
    if not isinstance(klass, ClassValue):
        return Attr(me or UNKNOWN, method)
    passed = owner is None
    for each in klass.mro():
        if passed and method in each.attrs:
            found = each.attrs[method]
            return attributes.bind(m, found, me) if isinstance(found, Function) and me else found
        passed = passed or each.info is owner
    if isinstance(me, Instance) and method in SAME:
        return Attr(me, method)  # an own ``to`` that calls the library's gives the object back
    return Attr(Call("builtins.super", [me or UNKNOWN], {}, receiver.at), method)


def _arguments(
    m: Machine, node: ast.Call, scope: Scope
) -> tuple[list[Abstract], dict[str, Abstract], bool]:
    """Evaluate the arguments; the flag says that more may come through ``*`` or ``**``."""
    args: list[Abstract] = []
    kwargs: dict[str, Abstract] = {}
    star = False
    for each in node.args[:400]:
        if isinstance(each, ast.Starred):
            value = _longest(m.eval(each.value, scope))
            found = attributes.elements(m, value, 200)
            known = isinstance(value, Seq) and not value.open
            star = star or not (found or known)
            if not found and _is_container(node):
                found = _at_least(value)
            args.extend(found)
        else:
            args.append(m.eval(each, scope))
    for keyword in node.keywords[:400]:
        value = m.eval(keyword.value, scope)
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
            continue
        inner = first(value)
        if isinstance(inner, Instance):
            inner = Map(inner.attrs)
        if isinstance(inner, Map):
            kwargs.update({k: v for k, v in inner.items.items() if isinstance(k, str)})
            star = star or inner.open
        else:
            star = True
    return args, kwargs, star


def _is_container(node: ast.Call) -> bool:
    """Say whether a call makes a chain of layers, whose order and number may stay open."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name.endswith(("Sequential", "serial", "ModuleList"))


def _at_least(value: Abstract) -> list[Abstract]:
    """What a chain of layers holds at least: what a loop adds once, or another network's parts."""
    if isinstance(value, Seq):
        return value.items[:200]
    return [value] if isinstance(value, Call) else []


def _longest(value: Abstract) -> Abstract:
    """Of alternative lists the longest: a branch of a loop adds to what another leaves alone."""
    lists = [option for option in options(value) if isinstance(option, Seq)]
    return max(lists, key=lambda each: len(each.items)) if lists else first(value)


def call_value(
    m: Machine, callee: Abstract, record: CallRecord, scope: Scope, star: bool = False
) -> Abstract:
    """Call a value with the arguments of a record; sets the record's name and target."""
    args, kwargs = record.args, record.kwargs
    if isinstance(callee, Function):
        record.target = callee.info
        record.name = callee.info.qualified
        return call_function(m, callee, args, kwargs, star)
    if isinstance(callee, ClassValue):
        record.target = callee.info
        record.name = callee.info.qualified
        return construct(m, callee, args, kwargs, star, record.place)
    if isinstance(callee, Dotted):
        return _call_library(m, callee, record, scope, star)
    if isinstance(callee, Instance):
        return call_object(m, callee, record)
    if isinstance(callee, Choice):
        return _call_choice(m, callee, record, scope, star)
    if isinstance(callee, Varying):
        return call_value(m, callee.initial, record, scope, star)
    if isinstance(callee, Call) and callee.args and callee.last in DEFERRED:
        return _call_deferred(m, callee, record, scope)
    if isinstance(callee, Attr) and record.method is None:
        record.receiver, record.method = callee.base, callee.name
    if record.method is None:
        record.receiver, record.method = callee, "__call__"
    return calls.call_method(m, record, scope, star)


def _call_library(
    m: Machine, callee: Dotted, record: CallRecord, scope: Scope, star: bool
) -> Abstract:
    record.name = callee.name
    record.receiver = record.method = None
    result = calls.call(m, callee.name, record, scope, star)
    if isinstance(result, Call) and result.at.node is record.node:
        result.named = _elsewhere(callee, record)
    return result


def _elsewhere(callee: Dotted, record: CallRecord) -> Place | None:
    """Where what is called is named, if the call goes by another name: ``ALGO = A2C``."""
    func, name = record.node.func, callee.name.rpartition(".")[2]
    written = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return callee.at if written != name else None


def _call_choice(
    m: Machine, callee: Choice, record: CallRecord, scope: Scope, star: bool
) -> Abstract:
    results: list[Abstract] = []
    for option in callee.options[:3]:
        copy = CallRecord(
            None, record.node, record.module, record.args, record.kwargs, record.function
        )
        copy.self_value, copy.loops, copy.stack = record.self_value, record.loops, record.stack
        copy.receiver, copy.method = record.receiver, record.method
        results.append(call_value(m, option, copy, scope, star))
        copy.result = results[-1]
        m.record(copy)
    return choice(results)


def _call_deferred(m: Machine, callee: Call, record: CallRecord, scope: Scope) -> Abstract:
    inner = first(callee.args[0])
    args, kwargs = record.args, record.kwargs
    if callee.last in ("partial", "cached_partial"):
        args = record.args = [*callee.args[1:], *args]
        kwargs = record.kwargs = {**callee.kwargs, **kwargs}
    elif record.method is not None and record.receiver is callee:
        args = record.args = []
    if callee.last.endswith("grad"):
        record.receiver = callee  # what is computed is a gradient
    if isinstance(inner, Function | ClassValue | Instance | Dotted | Call):
        result = call_value(m, inner, record, scope)
        if callee.last.endswith("value_and_grad"):
            return Seq([result, UNKNOWN], "tuple")
        return result
    record.receiver, record.method = callee, "__call__"
    return calls.call_method(m, record, scope, True)


def call_object(m: Machine, callee: Instance, record: CallRecord) -> Abstract:
    """Call an object: ``__call__``, or the forward pass of a module."""
    for name in ("__call__", "forward", "call", "hybrid_forward", "construct"):
        found = attributes.class_attribute(callee.klass, name)
        if isinstance(found, Function):
            record.target = found.info
            record.name = found.info.qualified
            args = [UNKNOWN, *record.args] if name == "hybrid_forward" else record.args
            key = (found.info.node, id(callee))
            if name != "__call__" and m.counts.get(key, 0) > 2:  # type: ignore[call-overload]
                break
            m.counts[key] = m.counts.get(key, 0) + 1  # type: ignore[index,call-overload]
            bound = attributes.bind(m, found, callee)
            assert isinstance(bound, Function)
            result = call_function(m, bound, args, record.kwargs)
            if isinstance(result, Const) and result.value is None:
                break
            return result
    return Call(None, record.args, record.kwargs, record.place, callee, "__call__")


# ---- functions -------------------------------------------------------------------------------


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
    limit = MAX_BUILDS if function.info.name in ("__init__", "setup") else MAX_RUNS
    if len(m.stack) >= MAX_STACK or runs >= limit:
        return UNKNOWN
    if sum(1 for info in m.stack if info.node is node) >= 2:
        return UNKNOWN
    m.counts[node] = runs + 1
    if function.extra is not None:
        args = [*function.extra[0], *args]
        kwargs = {**function.extra[1], **kwargs}
    scope = Scope(function.info.module, {}, function.scope, function.info)
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
    """What a generator function returns: a call that keeps what is yielded and in which loop."""
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
    return command_lines.unwrap_default(default) if not star else Varying(default)


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
    if any(base in ("builtins.dict", "collections.OrderedDict") for base in bases):
        found = calls.make_namespace(args, kwargs, star)
        if "__init__" not in klass.attrs:
            return found
    if any(base.endswith(_NODES) for base in bases):
        return calls.make_namespace(args, kwargs, star)
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
    protocols.constructed(m, made)
    return made


#: Library classes whose objects are tables of settings, whatever a project's class adds to them.
_NODES = ("CfgNode", "EasyDict", "ConfigDict", "Munch", "DotMap")
_FIELD_BASES = ("NamedTuple", "BaseModel", "BaseSettings", "linen.Module", "nn.Module", "Struct",
                "PyTreeNode", "TypedDict", "equinox.Module", "TrainState", "Module")  # fmt: skip


def _has_fields(klass: ClassValue, bases: list[str]) -> bool:
    for each in klass.mro():
        for decorator in each.info.node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            if name in ("dataclass", "define", "s", "attrs", "frozen", "chz", "configclass"):
                return True
    return any(base.endswith(_FIELD_BASES) for base in bases)


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
    """The default of a dataclass field: ``field(default=…)`` and ``default_factory`` unpacked."""
    if value is None:
        return UNKNOWN
    if isinstance(value, Call) and value.last in ("field", "Field", "attrib", "ib", "_field"):
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


# ---- decorators and callbacks ----------------------------------------------------------------


def decorated(m: Machine, made: Abstract, value: Abstract, function: Function) -> Abstract:
    """Apply a decorator that is no kind of method."""
    if isinstance(made, Call) and made.last in ("main",) and "hydra" in (made.name or ""):
        return Call("hydra.main", [value], made.kwargs, made.at)
    if isinstance(made, Call) and made.method == "on" and isinstance(made.receiver, Call):
        handlers = made.receiver.attrs.setdefault("<handlers>", Seq([]))
        if isinstance(handlers, Seq):
            handlers.items.append(function)
    if isinstance(made, Call | Dotted | Item):
        found = command_lines.command_line(made, value)
        if found is not None:
            return found
    return value


def run_callbacks(m: Machine, record: CallRecord) -> None:
    """Enter the functions and classes that a library call was given."""
    values = [*record.args, *record.kwargs.values()]
    if not values and (record.name or "").endswith("app.run"):
        # tf.app.run() enters the module's own main.
        scope = m.globals.get(record.module.path)
        entry = first(m.eval(ast.Name("main", ast.Load()), scope)) if scope else UNKNOWN
        if isinstance(entry, Function):
            call_function(m, entry, [UNKNOWN], {})
    for value in values:
        head = first(value)
        if isinstance(head, Seq) and record.last in ("fit", "Parallel", "Tool"):
            continue
        threaded = record.last in ("Thread", "Process", "Timer")
        if isinstance(head, Function) and (threaded or head.info.name != "<lambda>"):
            extra = _spawned(m, record)
            call_function(m, head, extra, {})
        elif isinstance(head, Call) and head.last in ("hydra.main", "main", "command"):
            inner = first(head.args[0]) if head.args else UNKNOWN
            if isinstance(inner, Function):
                call_value(m, head, record, Scope(record.module, {}))


def _spawned(m: Machine, record: CallRecord) -> list[Abstract]:
    """The arguments that ``spawn`` and the like pass on."""
    given = first(record.argument(None, "args"))
    launcher = first(record.receiver)
    if record.last == "run" and isinstance(launcher, Call) and launcher.last == "Parallel":
        return [Const(0), *record.args[1:]]
    if record.last in ("spawn", "start_processes"):
        given = first(record.argument(1, "args"))
        return [Const(0), *(given.items if isinstance(given, Seq) else [])]
    if record.last == "notebook_launcher":
        given = first(record.argument(1, "args"))
    return list(given.items) if isinstance(given, Seq) else []
