"""Which functions run in several threads at once, and which of the names in them are shared."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .holders import callees
from .launches import Launch, keyword, target
from .locks import held
from .names import Names
from .quantities import number
from .tree import FUNCTIONS, Function


@dataclass(frozen=True, kw_only=True, slots=True)
class Threaded:
    """A function that a thread runs: the one handed over, or one that it calls."""

    function: Function
    names: Names
    launch: Launch
    many: bool
    """Whether several threads run it."""
    parameters: tuple[tuple[str, ast.expr], ...]
    """Those that get the same object in every thread, with what they get."""


def find(names: Names, launches: tuple[Launch, ...]) -> Iterator[Threaded]:
    """Each function once, the strongest evidence first."""
    seen: set[ast.AST] = set()
    for launch in sorted(launches, key=lambda each: not _many(names, each)):
        definition = target(names, launch) if launch.where == "thread" else None
        if definition is None or definition.node in seen or not isinstance(definition.node, FUNCTIONS):
            continue
        if isinstance(definition.node, ast.AsyncFunctionDef):
            continue
        seen.add(definition.node)
        of, many = names.of(definition.module), _many(names, launch)
        yield Threaded(
            function=definition.node, names=of, launch=launch, many=many,
            parameters=tuple(_shared_parameters(names, launch, definition.node)),
        )  # fmt: skip
        for call, callee, other in callees(of, definition.node):
            if callee not in seen and isinstance(callee, FUNCTIONS) and not any(held(of, call)):
                seen.add(callee)
                yield Threaded(function=callee, names=other, launch=launch, many=many, parameters=())


def _many(names: Names, launch: Launch) -> bool:
    if not launch.many:
        return False
    if has_one_worker(names, launch):
        return False
    return not (launch.how == "single" and launch.pool is None and _joined_at_once(names, launch))


def has_one_worker(names: Names, launch: Launch) -> bool:
    """Whether the pool of a launch has a single worker, so that one call at a time is what is meant."""
    made = names.value(launch.pool) if launch.pool is not None else None
    maker = made.origin if made is not None else None
    if not isinstance(maker, ast.Call):
        return False
    size = keyword(maker, "max_workers") or keyword(maker, "processes") or (maker.args[0] if maker.args else None)
    return number(names, size) == 1


def _joined_at_once(names: Names, launch: Launch) -> bool:
    """``Thread(...)`` in a loop that also joins it: one at a time."""
    tree = names.module.tree
    loop = tree.loop(launch.call)
    return loop is not None and any(
        isinstance(node, ast.Call) and names.called(node) == "threading.Thread.join" for node in ast.walk(loop)
    )


def _shared_parameters(names: Names, launch: Launch, function: Function) -> Iterator[tuple[str, ast.expr]]:
    arguments = [*function.args.posonlyargs, *function.args.args]
    if launch.method is not None:
        return
    if launch.function is not None and isinstance(launch.function, ast.Attribute) and arguments:
        owner = names.module.tree.parents.get(function)
        arguments = arguments[1:] if isinstance(owner, ast.ClassDef) or arguments[0].arg == "self" else arguments
    if launch.how == "map":
        return
    for parameter, given in zip(arguments, launch.arguments, strict=False):
        if isinstance(given, ast.Name) and all(
            binding.kind in ("assign", "with", "parameter") and not _made_in(names, launch, binding.node)
            for binding in names.bindings(given)
        ):
            yield parameter.arg, given


def _made_in(names: Names, launch: Launch, node: ast.AST) -> bool:
    """Whether the object is made anew in the loop that starts the threads."""
    loop = names.module.tree.loop(launch.call)
    return loop is not None and names.module.tree.holds(loop, node)


def shared(threaded: Threaded, node: ast.expr) -> str | None:
    """How an expression is known in messages, if what it names is shared by the threads that run the function."""
    names = threaded.names
    if isinstance(node, ast.Subscript):
        return shared(threaded, node.value)
    if names.type_of(node) in ("threading.local", "contextvars.ContextVar"):
        return None
    if isinstance(node, ast.Attribute):
        base = node.value
        if isinstance(base, ast.Name) and names.module.owner_of_self(base) is not None:
            return None if _is_thread_itself(threaded) or _is_own_object(threaded) else ast.unparse(node)
        if isinstance(base, (ast.Name, ast.Attribute)) and names.type_of(base) in ("threading.local",):
            return None
        inner = shared(threaded, base)
        return ast.unparse(node) if inner is not None or _is_class(names, base) else None
    if isinstance(node, ast.Name):
        found = names.module.scopes.lookup(node.id, node)
        if found is None:
            return None
        scope, bindings = found
        if any(binding.kind in ("import", "definition") for binding in bindings):
            return None
        if scope.node is names.module.root:
            return node.id
        if scope.node is threaded.function:
            given = dict(threaded.parameters).get(node.id)
            only_parameter = all(binding.kind == "parameter" for binding in bindings)
            return node.id if given is not None and only_parameter else None
        outer = isinstance(scope.node, FUNCTIONS) and not names.module.tree.holds(threaded.function, scope.node)
        return node.id if outer and not _made_in(names, threaded.launch, bindings[0].node) else None
    return None


def _is_class(names: Names, node: ast.AST) -> bool:
    """``Worker.total``: an attribute of the class itself."""
    name = names.qualified(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
    definition = names.project.definition(name, names.module) if name else None
    return definition is not None and isinstance(definition.node, ast.ClassDef)


def _is_thread_itself(threaded: Threaded) -> bool:
    return threaded.launch.method is not None


def _is_own_object(threaded: Threaded) -> bool:
    """``Thread(target=Worker(x).run)``, or ``worker.run`` with a worker made in the loop: one object each."""
    function = threaded.launch.function
    if not isinstance(function, ast.Attribute):
        return False
    if isinstance(function.value, ast.Call):
        return True
    if isinstance(function.value, ast.Name):
        if threaded.names.module.owner_of_self(function.value) is not None:
            return False
        return any(
            binding.kind == "for" or _made_in(threaded.names, threaded.launch, binding.node)
            for binding in threaded.names.bindings(function.value)
        )
    return False


def locked(threaded: Threaded, node: ast.AST) -> bool:
    """Whether any lock is held at a node of the function."""
    return any(True for _ in held(threaded.names, node)) or any(
        "lock" in ast.unparse(decorator).lower() or "synchron" in ast.unparse(decorator).lower()
        for decorator in getattr(threaded.function, "decorator_list", ())
    )
