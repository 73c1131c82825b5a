"""How many items an iterable gives, as far as its source says."""

from __future__ import annotations

import ast
import math
from typing import Literal

from .names import Names

Source = Literal["literal", "range", "endless", "file", "generator", "unseen"]
_SAME_LENGTH = frozenset({"builtins.list", "builtins.tuple", "builtins.enumerate", "builtins.map", "builtins.iter",
                          "builtins.reversed", "builtins.sorted", "tqdm.tqdm", "numpy.array"})  # fmt: skip
_LENGTH_GIVEN = frozenset({"builtins.range", "numpy.arange"})


def number(names: Names, node: ast.AST | None, depth: int = 0) -> float | None:
    """A number that the source states: a constant, a name bound to one, simple arithmetic of them."""
    if node is None or depth > 6:
        return None
    if isinstance(node, ast.Constant):
        is_number = isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
        return float(node.value) if is_number and abs(node.value) < 1e300 else None  # type: ignore[arg-type]  # by is_number
    if isinstance(node, ast.Name):
        found = [binding for binding in names.bindings(node) if binding.kind == "assign" and not binding.path]
        return number(names, found[0].value, depth + 1) if len(found) == 1 else None
    if isinstance(node, ast.Call) and names.called(node) == "builtins.int" and node.args:
        return number(names, node.args[0], depth + 1)
    if isinstance(node, ast.BinOp):
        left, right = number(names, node.left, depth + 1), number(names, node.right, depth + 1)
        return None if left is None or right is None else _computed(node.op, left, right)
    return None


def _computed(operator: ast.operator, left: float, right: float) -> float | None:
    if isinstance(operator, ast.Mult):
        return left * right
    if isinstance(operator, ast.Add):
        return left + right
    if isinstance(operator, ast.Sub):
        return left - right
    if isinstance(operator, ast.Pow) and abs(left) <= 1000 and 0 <= right <= 100:
        return float(left**right)
    return None


def items(names: Names, node: ast.AST | None, depth: int = 0) -> tuple[float | None, Source]:
    """(number of items, where they come from); the number is ``None`` where it cannot be seen."""
    if node is None or depth > 8:
        return None, "unseen"
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        starred = any(isinstance(part, ast.Starred) for part in node.elts)
        return (None, "unseen") if starred else (float(len(node.elts)), "literal")
    if isinstance(node, ast.Dict):
        return float(len(node.keys)), "literal"
    if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        return _of_comprehension(names, node, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        count, source = items(names, node.left, depth + 1)
        times = number(names, node.right)
        return (None, "unseen") if count is None or times is None else (count * times, source)
    if isinstance(node, ast.Call):
        return _of_call(names, node, depth)
    if isinstance(node, ast.Name):
        bound = names.bindings(node)
        if len(bound) == 1 and bound[0].kind in ("assign", "with") and not bound[0].path:
            return items(names, bound[0].value, depth + 1)
    if names.type_of(node) == "builtins.file":
        return None, "file"
    return None, "unseen"


def _of_comprehension(
    names: Names, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, depth: int
) -> tuple[float | None, Source]:
    total = 1.0
    for generator in node.generators:
        count, source = items(names, generator.iter, depth + 1)
        if source in ("endless", "file"):
            return count, source
        if count is None or (generator.ifs and count < 10_000):
            return None, source if source == "generator" else "unseen"
        total *= count
    return total, "range"


def _of_call(names: Names, node: ast.Call, depth: int) -> tuple[float | None, Source]:
    called = names.called(node)
    if called in _LENGTH_GIVEN:
        parts = [number(names, part) for part in node.args]
        return _of_range(parts), "range"
    if called in ("itertools.count", "itertools.cycle"):
        return math.inf, "endless"
    if called == "itertools.repeat":
        times = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords if k.arg == "times"), None)
        return (math.inf, "endless") if times is None else (number(names, times), "range")
    if called == "builtins.iter" and len(node.args) == 2:
        return None, "generator"
    if called == "itertools.islice" and len(node.args) > 1:
        return number(names, node.args[-1] if len(node.args) < 3 else node.args[2]), "range"
    if called in ("csv.reader", "csv.DictReader") and node.args:
        return (None, "file") if items(names, node.args[0], depth + 1)[1] == "file" else (None, "unseen")
    if called in _SAME_LENGTH and node.args:
        return items(names, node.args[-1 if called == "builtins.map" else 0], depth + 1)
    if called == "builtins.zip":
        sizes = [items(names, part, depth + 1)[0] for part in node.args]
        known = [size for size in sizes if size is not None]
        return (min(known), "range") if known and len(known) == len(sizes) else (None, "unseen")
    if names.type_of(node) == "builtins.file":
        return None, "file"
    definition = names.function(node.func)
    if definition is not None and isinstance(definition.node, ast.FunctionDef):
        yields = any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in names.body(definition.node))
        return None, "generator" if yields else "unseen"
    return None, "unseen"


def _of_range(parts: list[float | None]) -> float | None:
    if not parts or any(part is None for part in parts):
        return None
    numbers = [part for part in parts if part is not None]
    start, stop = (0.0, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    step = numbers[2] if len(numbers) > 2 and numbers[2] else 1.0
    return max(0.0, (stop - start) / step)
