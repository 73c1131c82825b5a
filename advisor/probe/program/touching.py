"""What a piece of an iteration does to anything but its own names."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .effects import effect_of, full_name, imports
from .flow import function_reads, scope_names
from .syntax import FUNCTIONS, Tree, dotted, inside, root_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .syntax import FunctionNode

REDUCING = frozenset(("append", "extend", "add", "update"))
MUTATING = REDUCING | frozenset((
    "insert", "remove", "pop", "popitem", "popleft", "appendleft", "extendleft", "clear", "setdefault", "discard",
    "sort", "reverse", "push", "increment", "incr", "inc", "subtract", "intersection_update", "difference_update",
    "__setitem__", "__next__", "reset", "register", "setattr",
))  # fmt: skip
HANDLING = frozenset((
    "write", "writelines", "writerow", "writerows", "put", "put_nowait", "send", "flush", "writestr", "seek", "read",
    "readline", "readlines", "get_nowait",
))  # fmt: skip
DRAWING = frozenset((
    "random", "randint", "randrange", "choice", "choices", "shuffle", "sample", "uniform", "gauss", "normalvariate",
    "normal", "integers", "standard_normal", "expovariate", "betavariate", "getrandbits", "permutation", "poisson",
    "binomial", "exponential", "triangular", "lognormvariate", "rand", "randn",
))  # fmt: skip
_RANDOM_MAKERS = frozenset(("Random", "default_rng", "RandomState", "Generator"))
IN_ORDER = frozenset(("reduction", "global", "nonlocal", "attribute", "element", "method", "handle", "rebound",
                      "output", "errors", "input", "database", "random", "environment"))  # fmt: skip
"""Kinds of touches that have to stay in the order of the items."""


@dataclass(frozen=True)
class Touch:
    """One thing done to something outside."""

    kind: str
    path: str
    """What is touched, dotted: ``self.rows``, ``counts``; empty for an effect on the world."""
    operation: str
    """Of a reduction, as ``findings.Reduction`` has it."""
    node: ast.AST
    sentence: str
    through: str = ""
    """The function of this file that does it, where the body itself does not."""


class Context:
    """What a file's functions do, looked up once. ``own``: names that an iteration binds itself."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.imported = imports(tree)
        self.module_names = scope_names(tree.module)
        self._functions = {node.name: node for node in tree.module.body if isinstance(node, FUNCTIONS)}
        self._methods = {
            node.name: node
            for owner in ast.walk(tree.module)
            if isinstance(owner, ast.ClassDef)
            for node in owner.body
            if isinstance(node, FUNCTIONS)
        }
        self._known: dict[ast.AST, tuple[Touch, ...]] = {}

    def called(self, call: ast.Call, scope: ast.AST | None = None) -> FunctionNode | None:
        """The function of this file that a call runs, by its name."""
        if isinstance(call.func, ast.Name):
            nested = (node for node in inside(scope) if isinstance(node, FUNCTIONS)) if scope is not None else ()
            found = {node.name: node for node in nested}
            return found.get(call.func.id) or self._functions.get(call.func.id)
        if isinstance(call.func, ast.Attribute):
            first = root_name(call.func)
            if first in ("self", "cls") or first in self.module_names or not first:
                return self._methods.get(call.func.attr) if dotted(call.func.value) in ("self", "cls") else None
        return None

    def is_lazy(self, call: ast.Call, scope: ast.AST | None = None) -> bool:
        """Whether a call only makes a generator, which does its work when it is gone over."""
        function = self.called(call, scope)
        return function is not None and any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in inside(function))

    def of_function(self, function: FunctionNode) -> tuple[Touch, ...]:
        """What running a function of this file touches beyond its own names and arguments' parts."""
        if function in self._known:
            return self._known[function]
        self._known[function] = ()  # a function that calls itself adds nothing by that
        own = set(scope_names(function)) - set(parameters(function))
        touches = tuple(Touching(self, own, {}, function).of(function.body))
        kept = tuple(
            Touch(each.kind, each.path, each.operation, each.node, each.sentence, each.through or function.name)
            for each in touches
        )
        self._known[function] = kept
        return kept

    def attributes_read(self, function: FunctionNode, seen: set[str] | None = None) -> set[str]:
        """``self.x`` for each attribute that a method, or a method that it calls, reads of its object."""
        seen = set() if seen is None else seen
        if function.name in seen:
            return set()
        seen.add(function.name)
        found = set()
        for node in inside(function):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                found.add(f"self.{node.attr}")
                if node.attr in self._methods:
                    found |= self.attributes_read(self._methods[node.attr], seen)
        return found

    def is_import_or_definition(self, name: str) -> bool:
        """Whether a module's name is bound by imports, functions and classes alone."""
        nodes = self.module_names.get(name, [])
        return bool(nodes) and all(
            isinstance(each, (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)) for each in nodes
        )


class Touching:
    """Collects the touches of nodes. A name in ``own`` belongs to the iteration, unless ``aliases`` leads outside."""

    def __init__(self, context: Context, own: set[str], aliases: Mapping[str, str], scope: ast.AST | None) -> None:
        self._context = context
        self._own = own
        self.aliases = dict(aliases)
        self._scope = scope

    def of(self, nodes: Iterable[ast.AST]) -> Iterator[Touch]:
        """Of each node and all below it, in the order of the text."""
        for top in nodes:
            for node in (top, *inside(top)):
                self._note_alias(node)
                yield from self._of(node)

    def _note_alias(self, node: ast.AST) -> None:
        """``part = self.tree`` makes ``part`` another name of what is outside."""
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute, ast.Subscript)):
            path = self.outer_path(node.value)
            for target in node.targets:
                if isinstance(target, ast.Name) and path:
                    self.aliases[target.id] = path
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            path = self.outer_path(node.iter) if isinstance(node.iter, (ast.Name, ast.Attribute)) else ""
            if path and isinstance(node.target, ast.Name):
                self.aliases[node.target.id] = path

    def outer_path(self, node: ast.AST) -> str:
        """What an expression refers to, if that is not the iteration's own: its dotted path up to a subscript."""
        name = root_name(node)
        if not name:
            return ""
        while isinstance(node, (ast.Subscript, ast.Starred)):
            node = node.value
        path = dotted(node) or name
        if name in self.aliases:
            return self.aliases[name] + path[len(name) :]
        return "" if name in self._own else path

    def _of(self, node: ast.AST) -> Iterator[Touch]:
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete, ast.For, ast.With)):
            yield from self._stores(node)
        elif isinstance(node, ast.Global):
            for name in node.names:
                yield Touch("global", name, "", node, f"sets the global {name}")
        elif isinstance(node, ast.Call):
            yield from self._call(node)

    def _stores(self, node: ast.AST) -> Iterator[Touch]:
        for target in _targets(node):
            path = self.outer_path(target)
            if not path or isinstance(target, ast.Name):
                continue
            if isinstance(target, ast.Attribute):
                yield Touch("attribute", path, "", node, f"sets {path}")
            elif isinstance(target, ast.Subscript):
                changes = isinstance(node, ast.Delete) or path.split(".")[0] in self.aliases
                operation = "" if changes else "[]+=" if isinstance(node, ast.AugAssign) else "[]="
                kind = "reduction" if operation else "element"
                yield Touch(kind, path, operation, node, f"sets elements of {path}")

    def _call(self, node: ast.Call) -> Iterator[Touch]:
        context = self._context
        effect = effect_of(node, context.imported)
        if effect is not None:
            seeds = effect[0] == "random" and full_name(node.func, context.imported).endswith(".seed")
            yield Touch("seed" if seeds else effect[0], "", "", node, effect[1])
        if isinstance(node.func, ast.Attribute):
            yield from self._method(node, node.func)
        elif isinstance(node.func, ast.Name) and node.func.id in ("next", "setattr", "delattr") and node.args:
            path = self.outer_path(node.args[0])
            if path:
                yield Touch("method", path, "", node, f"{node.func.id}() changes {path}")
        function = context.called(node, self._scope)
        if function is not None and function is not self._scope:
            yield from self._through(node, function)

    def _through(self, call: ast.Call, function: FunctionNode) -> Iterator[Touch]:
        """What the called function touches; a part of its parameter is one of what was handed in."""
        given = _arguments(call, function)
        for each in self._context.of_function(function):
            path = each.path
            first = path.split(".")[0]
            if first in given:
                path = self.outer_path(given[first])
            elif first in parameters(function) and first not in ("self", "cls"):
                continue
            if path or not each.path:
                yield Touch(each.kind, path, "", call, f"{each.through}: {each.sentence}", each.through)

    def _method(self, node: ast.Call, function: ast.Attribute) -> Iterator[Touch]:
        path = self.outer_path(function.value)
        within = function.value
        if not path and isinstance(within, ast.Call) and isinstance(within.func, ast.Attribute):
            # As in ``rows.setdefault(key, []).append(value)``.
            path = self.outer_path(within.func.value) if within.func.attr == "setdefault" else ""
        if not path or path.split(".")[0] in self._context.imported or self._is_definition(path):
            return
        method = function.attr
        if method in REDUCING and path.split(".")[0] not in self.aliases.values():
            yield Touch("reduction", path, method, node, f"adds to {path}")
        elif method in MUTATING:
            yield Touch("method", path, "", node, f"{path}.{method}() changes {path}")
        elif method in HANDLING:
            yield Touch("handle", path, "", node, f"{path}.{method}() goes by the order of the items")
        elif method in DRAWING and (self._is_random(path) or "rng" in path.lower() or "rand" in path.lower()):
            yield Touch("random", path, "", node, f"{path}.{method}() draws from one random stream for all items")

    def _is_definition(self, path: str) -> bool:
        return "." not in path and self._context.is_import_or_definition(path)

    def _is_random(self, path: str) -> bool:
        """Whether the file makes a random generator under that name."""
        for node in ast.walk(self._context.tree.module):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                made = dotted(node.value.func).rpartition(".")[2]
                if made in _RANDOM_MAKERS and any(dotted(target) == path for target in node.targets):
                    return True
        return False


def parameters(function: ast.AST) -> tuple[str, ...]:
    """A function's parameters, those by keyword last."""
    arguments = function.args  # type: ignore[attr-defined]
    return tuple(each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))


def _arguments(call: ast.Call, function: FunctionNode) -> dict[str, ast.expr]:
    """Parameter to what a call hands in for it."""
    names = parameters(function)
    if names and names[0] in ("self", "cls") and isinstance(call.func, ast.Attribute):
        names = names[1:]
    given = dict(zip(names, call.args))
    given.update((each.arg, each.value) for each in call.keywords if each.arg)
    return given


def _targets(node: ast.AST) -> Iterator[ast.AST]:
    """The places that a statement stores to, tuples taken apart."""
    if isinstance(node, (ast.Assign, ast.Delete)):
        pending = list(node.targets)
    elif isinstance(node, ast.With):
        pending = [each.optional_vars for each in node.items if each.optional_vars is not None]
    else:
        pending = [node.target]  # type: ignore[attr-defined]
    while pending:
        target = pending.pop(0)
        if isinstance(target, (ast.Tuple, ast.List)):
            pending.extend(target.elts)
        elif isinstance(target, ast.Starred):
            pending.append(target.value)
        else:
            yield target


def reads_of(node: ast.AST) -> set[str]:
    """Names, and dotted paths of attributes, that a node reads; those of functions and lambdas in it too."""
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            found.add(each.id)
        elif isinstance(each, ast.Attribute):
            found.add(dotted(each))
        elif isinstance(each, (*FUNCTIONS, ast.Lambda)):
            found.update(function_reads(each))
        elif isinstance(each, ast.AugAssign):
            found.add(dotted(each.target))
    return found
