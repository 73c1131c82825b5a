"""Results that iterations only add to, in the depths of their bodies: each fills one of its own, folded afterwards.

Folding in the items' order gives what adding one by one gave, to the last bit: containers keep the order in which
things came, and numbers are folded only where they are integers.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .syntax import LOOPS, Tree, dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_COMPOUND = (*LOOPS, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.If)
_METHODS = {"list": ("append", "extend"), "set": ("add", "update"), "Counter": ("update",)}
_MANY = {"list": "extend", "set": "update"}


@dataclass(frozen=True)
class Accumulator:
    """A name that is only added to."""

    name: str
    kind: str
    """What it is: "list", "set", "dict", "dict of lists", "dict of counts", "Counter", "count", or of a defaultdict
    "int", "list of", "set of"."""
    initial: str
    """What it was made with, as the source has it: each iteration begins with one of its own."""

    def folding(self, part: str, indent: str) -> tuple[str, ...]:
        """The lines that add an iteration's own, named ``part``, to it."""
        if self.kind == "count":
            return (f"{self.name} += {part}",)
        if self.kind == "list":
            return (f"{self.name}.extend({part})",)
        if self.kind in ("set", "dict", "Counter"):
            return (f"{self.name}.update({part})",)
        added = {
            "int": f"{self.name}[key] += value",
            "list of": f"{self.name}[key].extend(value)",
            "set of": f"{self.name}[key].update(value)",
            "dict of lists": f"{self.name}.setdefault(key, []).extend(value)",
            "dict of counts": f"{self.name}[key] = {self.name}.get(key, 0) + value",
        }
        return (f"for key, value in {part}.items():", f"{indent}{added[self.kind]}")


def accumulators(tree: Tree, loop: ast.AST) -> tuple[tuple[Accumulator, ...], tuple[Accumulator, ...]]:
    """Those of a loop: first the ones that are added to inside of other statements, then all."""
    body: list[ast.stmt] = loop.body  # type: ignore[attr-defined]
    scope = tree.scope(loop)
    for above in tree.ancestors(loop):
        if above is scope:
            break
        if isinstance(above, ast.Try):
            # What an iteration had added before it failed would be seen behind the try.
            return (), ()
    found: dict[str, Accumulator] = {}
    deep: set[str] = set()
    for name in _added_to(body):
        initial = _initial(tree, scope, name, body)
        kind = _kind(initial) if initial is not None else ""
        kinds = ("dict", "dict of lists", "dict of counts") if kind == "dict" else (kind,)
        kind = next((each for each in kinds if all(_adds(tree, use, each) for use in _uses(body, name))), "")
        if initial is not None and kind:
            found[name] = Accumulator(name, kind, tree.text(initial))
            if any(isinstance(each, _COMPOUND) and any(True for _ in _uses([each], name)) for each in body):
                deep.add(name)
    return tuple(each for each in found.values() if each.name in deep), tuple(found.values())


def _added_to(body: Sequence[ast.stmt]) -> Iterable[str]:
    """Names that look added to, in the order of the text."""
    names: dict[str, None] = {}
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.AugAssign):
                names[dotted(node.target.value if isinstance(node.target, ast.Subscript) else node.target)] = None
            elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
                names[dotted(node.value)] = None
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                held = node.func.value
                names[dotted(held.value if isinstance(held, ast.Subscript) else held)] = None
    return [name for name in names if name.isidentifier()]


def _uses(statements: Iterable[ast.AST], name: str) -> Iterable[ast.Name]:
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id == name:
                yield node


def _initial(tree: Tree, scope: ast.AST, name: str, body: Sequence[ast.stmt]) -> ast.expr | None:
    """What the name was given, if that is once in its scope and outside the loop."""
    if any(name in node.names for node in ast.walk(scope) if isinstance(node, (ast.Global, ast.Nonlocal))):
        return None
    inside = {id(node) for statement in body for node in ast.walk(statement)}
    values: list[ast.expr | None] = []
    for node in _uses([scope], name):
        gives = isinstance(node.ctx, ast.Store) and not isinstance(tree.parent(node), ast.AugAssign)
        if gives and id(node) not in inside and tree.scope(node) is scope:
            values.append(_given(tree, node))
    return values[0] if len(values) == 1 else None


def _given(tree: Tree, node: ast.Name) -> ast.expr | None:
    """The value of one target, also in ``rows, bad = [], []``."""
    above = tree.parent(node)
    if isinstance(above, (ast.Assign, ast.AnnAssign)):
        return above.value
    statement = tree.parent(above) if isinstance(above, ast.Tuple) else None
    if isinstance(above, ast.Tuple) and isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Tuple):
        values = statement.value.elts
        if len(values) == len(above.elts) and not any(isinstance(each, ast.Starred) for each in (*values, *above.elts)):
            return values[above.elts.index(node)]
    return None


def _kind(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return "count" if type(value.value) is int and value.value == 0 else ""
    if isinstance(value, ast.List) and not value.elts:
        return "list"
    if isinstance(value, ast.Dict) and not value.keys:
        return "dict"
    if not isinstance(value, ast.Call) or value.keywords:
        return ""
    made = dotted(value.func).rpartition(".")[2]
    if made == "defaultdict" and len(value.args) == 1:
        return {"int": "int", "list": "list of", "set": "set of"}.get(dotted(value.args[0]), "")
    return made if made in ("list", "set", "dict", "Counter") and not value.args else ""


def _adds(tree: Tree, use: ast.Name, kind: str) -> bool:
    """Whether one use of the name only adds to it."""
    above = tree.parent(use)
    if kind == "count":
        return (
            isinstance(above, ast.AugAssign)
            and above.target is use
            and isinstance(above.op, ast.Add)
            and _whole(above.value)
        )
    if kind == "dict of lists":
        return _is_setdefault(tree, above)
    if kind == "dict of counts":
        return _counts_in_dict(tree, use)
    if isinstance(above, ast.Attribute):
        return above.attr in _METHODS.get(kind, ()) and _is_statement_call(tree, above)
    if not isinstance(above, ast.Subscript) or above.value is not use:
        return False
    holder = tree.parent(above)
    if kind == "dict":
        return isinstance(holder, ast.Assign) and above in holder.targets
    if kind in ("int", "Counter"):
        return isinstance(holder, ast.AugAssign) and isinstance(holder.op, ast.Add) and _whole(holder.value)
    return (
        kind in ("list of", "set of")
        and isinstance(holder, ast.Attribute)
        and holder.attr in _METHODS[kind.partition(" ")[0]]
        and _is_statement_call(tree, holder)
    )


def _is_setdefault(tree: Tree, method: ast.AST | None) -> bool:
    """``rows.setdefault(key, []).append(value)``, seen from ``rows.setdefault``."""
    call = tree.parent(method) if isinstance(method, ast.Attribute) and method.attr == "setdefault" else None
    if not isinstance(call, ast.Call) or len(call.args) != 2 or not _is_empty_list(call.args[1]):  # noqa: PLR2004
        return False
    adding = tree.parent(call)
    return isinstance(adding, ast.Attribute) and adding.attr in _METHODS["list"] and _is_statement_call(tree, adding)


def _is_empty_list(value: ast.expr) -> bool:
    return isinstance(value, ast.List) and not value.elts


def _counts_in_dict(tree: Tree, use: ast.Name) -> bool:
    """``n[key] = n.get(key, 0) + 1``, seen from either ``n``."""
    statement = tree.statement(use)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return False
    place, value = statement.targets[0], statement.value
    if not isinstance(place, ast.Subscript) or not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add):
        return False
    wanted = f"{use.id}.get({ast.unparse(place.slice)}, 0)"
    return dotted(place.value) == use.id and ast.unparse(value.left) == wanted and _whole(value.right)


def _is_statement_call(tree: Tree, method: ast.Attribute) -> bool:
    """Whether the method's call is all of a statement: nothing is made of what it returns."""
    call = tree.parent(method)
    return isinstance(call, ast.Call) and call.func is method and isinstance(tree.parent(call), ast.Expr)


def _whole(value: ast.expr) -> bool:
    """Whether a number is surely an integer, so that it does not matter in which steps it is added."""
    if isinstance(value, ast.Constant):
        return type(value.value) is int
    return isinstance(value, ast.Call) and dotted(value.func) in ("len", "int", "ord")
