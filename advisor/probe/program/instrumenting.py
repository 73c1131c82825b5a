"""Hooks in chosen sites: they see each iteration before it runs and when it has ended, and change nothing.

The hooked file is a syntax tree whose nodes keep their positions, so that tracebacks and profilers show the source
as it was written. It calls four functions of one object, the recorder, under the name ``RECORDER``, which the
loader puts into the module's namespace before the module runs::

    enter(site_id) -> run            before a site's first iteration; called in the frame around the site, so that
                                     ``sys._getframe(1)`` has the live-ins in its ``f_locals`` or ``f_globals``; None
                                     for an execution that is not looked at
    over(run, iterable) -> iterable  of a ``for``: the very same object, whose length may be of interest
    before(run, item) -> None        the next iteration is about to run; must return None
    after(run, value=None) -> value  it has run to its end; of a comprehension, ``value`` is what it contributes
    leave(run) -> None               the site is left, in whichever way; called once at the most

No iteration of a site for which there is a body function rebinds its live-ins: those of ``enter`` are those of every
iteration, but what they refer to may change, so a snapshot is taken in ``before``.

Comprehensions, generator expressions and ``map`` have no place for a ``leave``: their run is let go of at the end,
so the recorder's class of runs notices it with ``__del__``. An iteration that ``break``, ``return`` or an exception
ends has no ``after``; nor has an item that a condition of a comprehension passes over, whose ``before`` ran.

``saw(run, iterable)`` and ``done(run, iterable)`` are made of ``before`` and ``after`` by ``Passing``, from which a
recorder inherits; they are iterators of C, so that nothing of them stands in a traceback.
"""

from __future__ import annotations

import ast
import copy
import itertools

from .sites import Site, locate
from .syntax import COMPREHENSIONS, LOOPS, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeVar

    Node = TypeVar("Node", bound=ast.AST)

RECORDER = "_advisor_recorder_"
_RUN = "_advisor_run_"
EXECUTOR_MAP_OF_ONE = 2
"""Arguments of ``Executor.map`` where there is one iterable."""


class Passing:
    """What a recorder needs beside its four functions, to let iterables pass through."""

    def over(self, run: Any, iterable: Any) -> Any:
        """See the module's docstring."""
        del run
        return iterable

    def before(self, run: Any, item: Any) -> None:
        """See the module's docstring."""
        raise NotImplementedError

    def after(self, run: Any, value: Any = None) -> Any:
        """See the module's docstring."""
        raise NotImplementedError

    def skipped(self, run: Any) -> bool:  # noqa: ARG002 - a recorder may want it
        """A condition passed the item over. Always False, which the condition was."""
        return False

    def paired(self, run: Any, iterable: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
        """The run beside each item. What cannot be iterated over is handed back, so that the loop says so itself."""
        try:
            return zip(itertools.repeat(run), iterable)
        except TypeError:
            return iterable

    def saw(self, run: Any, *iterables: Iterable[Any]) -> Iterator[Any]:
        """The items, each shown to ``before`` as it is taken; of several iterables, tuples."""

        def show(item: Any) -> Any:
            self.before(run, item)
            return item

        return map(show, iterables[0] if len(iterables) == 1 else zip(*iterables))

    def mapped(self, run: Any, mapping: Callable[..., Any], function: Any, *iterables: Iterable[Any]) -> Iterator[Any]:
        """``map(function, *iterables)``, each item shown before its call, each result after."""
        if len(iterables) == 1:
            results = mapping(function, self.saw(run, *iterables))
        else:
            results = itertools.starmap(function, self.saw(run, *iterables))
        return map(self.after, itertools.repeat(run), results)


def instrumented(source: str, sites: Sequence[Site]) -> ast.Module:
    """The file's tree with hooks in the sites, ready for ``compile(tree, filename, "exec", dont_inherit=True)``.

    A site in which no hook can stand without changing what the program does is left as it is: ``hooked`` tells.

    Raises:
        SyntaxError: the source cannot be parsed.
        LookupError: a site is not of this source.
    """
    tree = Tree(source)
    wanted = {locate(tree, site): site for site in sites}
    numbered = {node: number for number, node in enumerate(wanted)}
    module: ast.Module = _Hooking(tree, wanted, numbered).visit(tree.module)
    return ast.fix_missing_locations(module)


def hooked(source: str, site: Site) -> bool:
    """Whether ``instrumented`` puts hooks into this site."""
    tree = Tree(source)
    return _can_hook(tree, locate(tree, site), site)


def _can_hook(tree: Tree, node: ast.AST, site: Site) -> bool:
    if isinstance(node, COMPREHENSIONS):
        return not any(each.is_async for each in node.generators)
    if not isinstance(node, ast.Call):
        # The run would be a name of the class.
        return not isinstance(tree.scope(node), ast.ClassDef)
    if site.kind == "gather":
        return any(_can_hook(tree, each, site) for each in _gathered(node))
    if any(isinstance(each, ast.Starred) for each in node.args):
        return False
    return not site.form.startswith("Executor") or len(node.args) == EXECUTOR_MAP_OF_ONE


def _gathered(node: ast.Call) -> list[ast.AST]:
    """The comprehensions whose awaitables are gathered."""
    starred = (each.value for each in node.args if isinstance(each, ast.Starred))
    return [each for each in starred if isinstance(each, COMPREHENSIONS)]


class _Hooking(ast.NodeTransformer):
    """Rewrites sites from the inside out, so that one in another keeps its own hooks."""

    def __init__(self, tree: Tree, wanted: Mapping[ast.AST, Site], numbered: Mapping[ast.AST, int]) -> None:
        self._tree = tree
        self._wanted = wanted
        self._numbered = numbered

    def visit(self, node: ast.AST) -> Any:
        """The node, with what is inside it rewritten, and itself where it is a site."""
        site = self._wanted.get(node)
        can = site is not None and _can_hook(self._tree, node, site)
        self.generic_visit(node)
        if site is None or not can:
            return node
        run = f"{_RUN}{self._numbered[node]}"
        if isinstance(node, LOOPS):
            return self._loop(node, site, run)
        if isinstance(node, COMPREHENSIONS):
            return self._comprehension(node, site, run)
        return self._call(node, site, run)  # type: ignore[arg-type]

    def _loop(self, node: Any, site: Site, run: str) -> list[ast.stmt]:
        """``run = enter(...)``, then the loop in ``try``, ``finally: leave(run)``; without hooks where run is None."""
        unwatched = copy.deepcopy(node)
        where = node.body[0]
        item = _as_value(node.target)
        body = _Continues(run).block(node.body)
        node.body = [
            _at(where, ast.Expr(_call("before", _name(run), item))),
            *body,
            _at(node.body[-1], ast.Expr(_call("after", _name(run)))),
        ]
        entering = _at(node, ast.Assign([ast.Name(run, ast.Store())], self._enter(site)))
        leaving = _at(node, ast.Expr(_call("leave", _name(run))))
        dropping = _at(node, ast.Delete([ast.Name(run, ast.Del())]))
        if isinstance(node, ast.For):
            node.iter = _at(node.iter, _call("over", _name(run), node.iter))
        watched = _at(node, ast.Try([node], [], [], [leaving, dropping]))
        nobody = _at(node, ast.Compare(_name(run), [ast.Is()], [ast.Constant(None)]))
        return [entering, _at(node, ast.If(nobody, [unwatched], [watched]))]

    def _comprehension(self, node: Any, site: Site, run: str) -> ast.expr:
        """The run travels beside the items of the first ``for``: ``for run, x in paired(enter(...), xs)``."""
        first, last = node.generators[0], node.generators[-1]
        item = _as_value(last.target) if first is last else _together([each.target for each in node.generators])
        seen = _at(node, _call("before", _name(run), item))
        first.iter = _at(first.iter, _call("paired", self._enter(site), first.iter))
        first.target = _at(first.target, ast.Tuple([ast.Name(run, ast.Store()), first.target], ast.Store()))
        value = node.value if isinstance(node, ast.DictComp) else node.elt
        if last.ifs:
            last.ifs[0] = _either(seen, last.ifs[0])
            last.ifs[-1] = _at(last.ifs[-1], _or(last.ifs[-1], _call("skipped", _name(run))))
            hooked_value = _at(value, _call("after", _name(run), value))
        else:
            hooked_value = _at(value, _call("after", _name(run), _either(seen, value)))
        if isinstance(node, ast.DictComp):
            if not last.ifs:
                # A key is computed before its value: the hook goes before both.
                node.key, hooked_value = _either(seen, node.key), _at(value, _call("after", _name(run), value))
            node.value = hooked_value
        else:
            node.elt = hooked_value
        return node  # type: ignore[no-any-return]

    def _call(self, node: ast.Call, site: Site, run: str) -> ast.expr:
        if site.kind == "gather":
            for gathered in _gathered(node):
                if _can_hook(self._tree, gathered, site):
                    self._comprehension(gathered, site, run)
            return node
        function, iterables = node.args[0], node.args[1:]
        if site.form == "map":
            return _at(node, _call("mapped", self._enter(site), node.func, function, *iterables))
        if site.form.startswith("Executor"):
            node.args = [function, _at(iterables[0], _call("saw", self._enter(site), iterables[0]))]
            return node
        # Pool's second argument is its one iterable; what follows is the chunk size.
        node.args[1] = _at(iterables[0], _call("saw", self._enter(site), iterables[0]))
        return node

    def _enter(self, site: Site) -> ast.expr:
        return _call("enter", ast.Constant(site.id))


class _Continues(ast.NodeTransformer):
    """Before each ``continue`` of one loop: the iteration has run to its end."""

    def __init__(self, run: str) -> None:
        self._run = run

    def block(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The statements, rewritten."""
        found: list[ast.stmt] = []
        for statement in statements:
            rewritten: ast.stmt | list[ast.stmt] = self.visit(statement)
            found.extend(rewritten if isinstance(rewritten, list) else [rewritten])
        return found

    def visit_Continue(self, node: ast.Continue) -> list[ast.stmt]:
        """With the call before it."""
        return [_at(node, ast.Expr(_call("after", _name(self._run)))), node]

    def _leave_alone(self, node: ast.AST) -> ast.AST:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _leave_alone  # noqa: N815

    def _inner_loop(self, node: Any) -> ast.AST:
        """A ``continue`` in an inner loop's ``else`` is the outer loop's."""
        node.orelse = self.block(node.orelse)
        return node  # type: ignore[no-any-return]

    visit_For = visit_AsyncFor = visit_While = _inner_loop  # noqa: N815


def _name(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _call(method: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(ast.Attribute(_name(RECORDER), method, ast.Load()), list(arguments), [])


def _or(first: ast.expr, second: ast.expr) -> ast.expr:
    return ast.BoolOp(ast.Or(), [first, second])


def _either(seen: ast.expr, value: ast.expr) -> ast.expr:
    """``before`` returns None, so the value is what counts."""
    return _at(value, _or(seen, value))


def _as_value(target: ast.expr) -> ast.expr:
    """What a loop's target was given, put together again from its names; None where it is no plain name or tuple."""
    if isinstance(target, ast.Name):
        return _name(target.id)
    if isinstance(target, ast.Starred):
        return ast.Starred(_as_value(target.value), ast.Load())
    if isinstance(target, (ast.Tuple, ast.List)):
        return ast.Tuple([_as_value(each) for each in target.elts], ast.Load())
    return ast.Constant(None)


def _together(targets: Sequence[ast.expr]) -> ast.expr:
    return ast.Tuple([_as_value(each) for each in targets], ast.Load())


def _at(where: Any, node: Node) -> Node:
    """The new node, and what is new inside it, at the position of an old one."""
    for each in ast.walk(node):
        if isinstance(each, (ast.expr, ast.stmt)) and not hasattr(each, "lineno"):
            ast.copy_location(each, where)
    return node
