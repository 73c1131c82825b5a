"""Why a site is not edited, in one plain sentence: what source alone can say against a plan."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...probe.program.findings import DEPENDENT, Analysis
from ...probe.program.flow import Flow, scope_names
from ...probe.program.parts import Parts
from ...probe.program.pools import POOL_METHODS
from ...probe.program.syntax import LOOPS, Tree, bound_names, dotted, inside
from ...probe.program.touching import Context, reads_of
from ...records.tried import Plan


class CannotEditError(Exception):
    """The site stays as it is. The message is one plain sentence without a full stop."""


_STOPPING = ("break", "return", "yield", "else", "short circuit")
_SHARED = ("random", "environment", "input")


def refuse(tree: Tree, node: ast.AST, analysis: Analysis, plan: Plan) -> None:
    """Raise CannotEditError where the source speaks against running the site as the plan says."""
    for exit_ in analysis.exits:
        if exit_.kind in _STOPPING:
            raise CannotEditError(f"{exit_.sentence}, and items behind that must not be worked on")
    if analysis.verdict == DEPENDENT:
        raise CannotEditError(analysis.reasons[0])
    _refuse_effects(analysis, plan)
    if plan.model == "multiprocessing" and not isinstance(node, LOOPS):
        changed = next((write for write in analysis.writes if write.kind == "item"), None)
        if changed is not None:
            raise CannotEditError(f"{changed.sentence}: in another process the change would be lost")
    if analysis.awaits != (plan.model == "asyncio"):
        raise CannotEditError("a loop that awaits can only run as tasks of its event loop" if analysis.awaits else
                              "asyncio is only for a loop that awaits")  # fmt: skip
    _refuse_nested(tree, node)
    _refuse_recursion(tree, node)


def refuse_other_process(tree: Tree, node: ast.AST, parts: Parts) -> None:
    """Raise where what is computed cannot be sent to another process, or what it changes would stay there."""
    if parts.changed_item:
        raise CannotEditError(f"{parts.changed_item}, a part of the item: in another process the change would be lost")
    scope = tree.scope(node)
    if isinstance(scope, ast.Module):
        return
    called = (parts.call or "").split(".")[0]
    for name in (*parts.live_in, called):
        for binding in scope_names(scope).get(name, ()):
            value = getattr(tree.parent(binding), "value", None)
            if isinstance(binding, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or isinstance(
                value, ast.Lambda
            ):
                raise CannotEditError(f"{name} stands in another function, so no other process can be sent it")


def _refuse_recursion(tree: Tree, node: ast.AST) -> None:
    """A pool in which the function with the pool is called again would make pools in pools."""
    around = next((each for each in tree.ancestors(node) if isinstance(each, ast.FunctionDef)), None)
    if around is None:
        return
    functions = {each.name: _names_in(each) for each in ast.walk(tree.module) if isinstance(each, ast.FunctionDef)}
    pending, seen = [name for code in _code(node) for name in _names_in(code)], set[str]()
    while pending:
        name = pending.pop()
        if name == around.name:
            raise CannotEditError(f"an iteration calls {around.name} again: pools in pools wait for one another")
        if name in functions and name not in seen:
            seen.add(name)
            pending.extend(functions[name])


def _names_in(code: ast.AST) -> set[str]:
    """Names and attributes that are called in a piece of code, or handed on as they are."""
    called = {dotted(each.func).rpartition(".")[2] for each in ast.walk(code) if isinstance(each, ast.Call)}
    return called | {each.id for each in ast.walk(code) if isinstance(each, ast.Name)}


def _refuse_effects(analysis: Analysis, plan: Plan) -> None:
    kinds = {effect.kind: effect for effect in analysis.effects}
    if "workers" in kinds:
        raise CannotEditError(f"{kinds['workers'].sentence}: pools in pools wait for one another")
    if "seed" in kinds and plan.model != "multiprocessing":
        raise CannotEditError(f"{kinds['seed'].sentence}, which threads would do to one another")
    for kind in _SHARED:
        if kind in kinds and not (kind == "random" and "seed" in kinds):
            raise CannotEditError(kinds[kind].sentence)


def _refuse_nested(tree: Tree, node: ast.AST) -> None:
    """What runs in a worker must not start workers of its own."""
    around = {above.name for above in tree.ancestors(node) if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef)}
    for each in ast.walk(tree.module):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.args:
            handed = dotted(each.args[0]).rpartition(".")[2]
            if each.func.attr in (*POOL_METHODS, "submit", "apply_async") and handed in around:
                raise CannotEditError(f"{handed} runs in a worker of a pool already")


def refuse_shared_files(tree: Tree, node: ast.AST, analysis: Analysis) -> None:
    """Raise where every item writes the same file: a path that does not depend on the item."""
    files = [effect for effect in analysis.effects if effect.kind == "file"]
    if not files:
        return
    code = list(_code(node))
    own = set(analysis.item_names) | set(Flow().run(code).written)
    lines = {effect.line for effect in files}
    for top in code:
        for each in (top, *inside(top)):
            if isinstance(each, ast.Call) and each.lineno in lines and _writes(tree, each) and not reads_of(each) & own:
                raise CannotEditError("every item writes the same file")


def _writes(tree: Tree, call: ast.Call) -> bool:
    context = Context(tree)
    function = context.called(call)
    from ...probe.program.effects import effect_of

    direct = effect_of(call, context.imported)
    if direct is not None and direct[0] == "file":
        return True
    return function is not None and any(touch.kind == "file" for touch in context.of_function(function))


def _code(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, LOOPS):
        yield from node.body
    else:
        yield node


def refuse_changed_iterable(node: ast.AST, parts: Parts) -> None:
    """Raise where iterations change what the loop goes over, or take from it."""
    if not isinstance(node, LOOPS):
        return
    reads = reads_of(ast.parse(parts.iterable, mode="eval"))
    written = set(Flow(bound_names(node.target)).run(node.body).written)
    taken_from = _gone_over(node.iter)
    for statement in node.body:
        for each in (statement, *inside(statement)):
            changed = _changed_by(each)
            if changed and changed in reads:
                raise CannotEditError(f"iterations change {changed}, which the loop goes over")
            handed = [dotted(given) for given in each.args] if isinstance(each, ast.Call) else []
            shared = sorted(taken_from & set(handed)) if isinstance(each, ast.Call) and _may_take(each) else []
            if shared:
                raise CannotEditError(f"{shared[0]}, which the loop goes over, is handed to another call in it")
    if reads & written:
        raise CannotEditError(f"iterations set {sorted(reads & written)[0]}, which the loop goes over")


def _changed_by(node: ast.AST) -> str:
    """What one node changes: by a method that does, or by storing to a part of it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return dotted(node.func.value) if node.func.attr in _CHANGING else ""
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        return dotted(node.value if isinstance(node, ast.Subscript) else node)
    return ""


def _gone_over(iterable: ast.expr) -> set[str]:
    """What the loop itself takes items from: through ``enumerate`` and its like, not what ``range`` is given."""
    if isinstance(iterable, ast.Call):
        return {dotted(each) for each in iterable.args} - {""} if dotted(iterable.func) in _PASSING else set()
    return {dotted(iterable)} - {""}


def _may_take(call: ast.Call) -> bool:
    return dotted(call.func) not in _LOOKING


_LOOKING = frozenset(("len", "min", "max", "sum", "print", "isinstance", "str", "repr", "sorted", "id", "type"))
"""Calls that take nothing out of a list; out of an iterator some would, but then nothing would be left to go over."""
_PASSING = frozenset(("enumerate", "zip", "iter", "map", "filter", "itertools.islice", "islice", "reversed"))
_CHANGING = frozenset(
    ("append", "extend", "insert", "add", "update", "remove", "pop", "popleft", "appendleft", "discard", "clear",
     "setdefault", "popitem", "sort", "reverse", "put", "send")
)  # fmt: skip
