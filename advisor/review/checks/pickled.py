"""What can be sent to another process."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import known
from ..model.launches import Launch
from ..model.names import Names
from ..model.project import Definition
from ..model.start_methods import is_fork, start_method
from ..records import Context, Sighting

_CLOUDPICKLED = ("loky.", "joblib.")

_HANDLES = {
    "builtins.file": "an open file", "sqlite3.Connection": "a database connection", "sqlite3.Cursor": "a cursor",
    "psycopg2.connection": "a database connection", "pymysql.connection": "a database connection",
    "builtins.generator": "a generator", "threading.Thread": "a thread", "threading.local": "thread-local data",
    "threading.Event": "a threading.Event", "builtins.iterator": "an iterator",
    **dict.fromkeys(known.THREAD_LOCKS, "a threading lock"),
    **dict.fromkeys(known.THREAD_QUEUES, "a queue.Queue"),
    **dict.fromkeys(known.POOLS, "a pool"),
}  # fmt: skip

_INHERITED = known.PROCESS_LOCKS | known.PROCESS_QUEUES | {
    "multiprocessing.Event", "multiprocessing.Value", "multiprocessing.Array", "multiprocessing.Barrier"
}  # fmt: skip

_NEVER_HANDLES = frozenset({"builtins.iterator"})


def lambdas(context: Context) -> Iterator[Sighting]:
    """Lambdas given to processes, as the function or as an argument."""
    for launch in _pickled(context):
        for part in _handed(context.names, launch):
            definition = context.names.function(part) if not isinstance(part, ast.Call) else None
            if isinstance(part, ast.Lambda) or (definition is not None and isinstance(definition.node, ast.Lambda)):
                yield Sighting(node=part, message=f"A lambda cannot be pickled{_for(launch)}.")


def nested_functions(context: Context) -> Iterator[Sighting]:
    """Functions and classes defined inside functions, given to processes."""
    for launch in _pickled(context):
        for part in (*_handed(context.names, launch), *_elements(launch)):
            definition = None if isinstance(part, (ast.Lambda, ast.Call)) else context.names.function(part)
            if definition is not None and "<locals>" in definition.name:
                shown = definition.name.rpartition(".")[2]
                yield Sighting(
                    node=part, message=f"{shown} is defined inside a function and cannot be pickled{_for(launch)}."
                )
            kind = context.names.type_of(part)
            if "<locals>" in kind:
                shown = kind.rpartition(".")[2]
                yield Sighting(
                    node=part,
                    message=f"The class {shown} is defined inside a function: its objects cannot be "
                    f"pickled{_for(launch)}.",
                )


def bound_methods(context: Context) -> Iterator[Sighting]:
    """Methods of objects that hold what cannot be pickled, given to processes; such objects as arguments."""
    names = context.names
    for launch in _pickled(context):
        for part in _handed(names, launch):
            method = names.function(part) if isinstance(part, ast.Attribute) else None
            if method is not None and _is_bound_to_class(method):
                continue
            owner_node = part.value if isinstance(part, ast.Attribute) and method is not None else part
            found = _unpicklable_attribute(names, owner_node)
            if found is not None:
                attribute, kind = found
                whose = ast.unparse(part)
                yield Sighting(
                    node=part,
                    message=f"{whose} takes its object along, whose {attribute} is {kind} and cannot be pickled.",
                )
        if launch.method is not None and launch.how == "single":
            found = _unpicklable_attribute(names, launch.call)
            if found is not None and start_method(names, launch.call) != "fork":
                attribute, kind = found
                yield Sighting(
                    node=launch.call, severity="warning",
                    message=f"Its attribute {attribute} is {kind}: except under fork, start() pickles the "
                            "object and fails.",
                )  # fmt: skip


def _is_bound_to_class(method: Definition) -> bool:
    """Class and static methods take no object along."""
    return any(
        isinstance(decorator, ast.Name) and decorator.id in ("classmethod", "staticmethod")
        for decorator in getattr(method.node, "decorator_list", ())
    )


def _unpicklable_attribute(names: Names, node: ast.AST) -> tuple[str, str] | None:
    owner = names.owner(node)
    if owner is None:
        return None
    model, module = owner
    if {"__getstate__", "__reduce__", "__reduce_ex__"} & set(model.methods):
        return None
    for attribute in model.attributes:
        value = names.of(module).attribute_value(model, attribute)
        if value is not None and value.type in _HANDLES and value.type not in _NEVER_HANDLES:
            return attribute, _HANDLES[value.type]
    return None


def open_handles(context: Context) -> Iterator[Sighting]:
    """Files, locks, connections and generators given to processes."""
    for launch in _pickled(context):
        for part in (*_given(context.names, launch), *_elements(launch)):
            kind = context.names.type_of(part)
            if kind in _HANDLES:
                yield Sighting(
                    node=part, message=f"{ast.unparse(part)} is {_HANDLES[kind]} and cannot be pickled{_for(launch)}."
                )


def inherited_only(context: Context) -> Iterator[Sighting]:
    """Locks, queues and shared values of multiprocessing given to a pool's tasks."""
    names = context.names
    for launch in context.launches:
        if launch.where != "process" or launch.how not in ("submit", "map"):
            continue
        for part in (*_given(names, launch), *_elements(launch)):
            kind = names.type_of(part)
            if kind in _INHERITED:
                yield Sighting(
                    node=part,
                    message=f"{ast.unparse(part)} is a {kind}: a pool's tasks cannot carry it, only new "
                    "processes inherit it.",
                )


def _pickled(context: Context) -> Iterator[Launch]:
    """The launches whose function and arguments are pickled: into pools always, into processes unless forked."""
    for launch in context.launches:
        if launch.where not in ("process", "interpreter"):
            continue
        kind = context.names.type_of(launch.pool) if launch.pool is not None else ""
        if kind.startswith(_CLOUDPICKLED) or launch.how == "parallel":
            continue
        inherits = launch.how in ("single", "initializer")
        if inherits and (is_fork(context.names) or start_method(context.names, launch.call) == "fork"):
            continue
        yield launch


def _handed(names: Names, launch: Launch) -> Iterator[ast.expr]:
    """The function and every argument, with what ``partial`` holds."""
    if launch.function is not None:
        yield launch.function
    yield from _given(names, launch)


def _given(names: Names, launch: Launch) -> Iterator[ast.expr]:
    yield from launch.arguments
    for part in (launch.function, *launch.arguments):
        made = part
        if isinstance(part, ast.Name):
            bound = names.bindings(part)
            made = bound[0].value if len(bound) == 1 and bound[0].kind == "assign" else None
        if isinstance(made, ast.Call) and names.called(made) == "functools.partial":
            yield from (*made.args, *(each.value for each in made.keywords))


def _elements(launch: Launch) -> Iterator[ast.expr]:
    """What the items of a map are made of, where the call shows it."""
    for iterable in launch.iterables:
        if isinstance(iterable, (ast.List, ast.Tuple)):
            for part in iterable.elts:
                yield from part.elts if isinstance(part, ast.Tuple) else (part,)
        elif isinstance(iterable, (ast.ListComp, ast.GeneratorExp)):
            yield from iterable.elt.elts if isinstance(iterable.elt, ast.Tuple) else (iterable.elt,)


def _for(launch: Launch) -> str:
    if launch.how in ("single", "initializer"):
        return " for a new process, except under fork, which 3.14 no longer uses by default"
    return " for a worker"


FINDERS = {
    "ADV102": lambdas,
    "ADV103": nested_functions,
    "ADV104": bound_methods,
    "ADV105": open_handles,
    "ADV106": inherited_only,
}
