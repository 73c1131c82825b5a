"""Plan -> code: the engine that was timed, with the user's function and the plan's figures put in."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterable
from pathlib import Path

from ..formatting import workers
from ..records import Job, Plan, TargetFacts, idioms
from . import engine_sources

_OWN_NAMES = (
    "asyncio", "call", "file", "importlib", "item", "items", "itertools", "json", "module", "os",
    "pandas", "pyarrow", "results", "run", "source", "spec", "sys",
)  # fmt: skip


def make_snippet(job: Job, facts: TargetFacts, plan: Plan) -> str:
    """A whole Python file with ``run(items)``, and the loading of the items under a main guard."""
    engine = _Engine(engine_sources.engine_source(plan.idiom))
    figures = engine_sources.parameters(plan)
    names = _Names((*engine.names, *(name.upper() for name in figures)))
    place_imports, place, target = _import_target(job, facts, names)
    function, adapter = _callable(target, facts, plan)
    load_imports, load_items = _load_items(job, facts, names)
    asyncio_import = ["import asyncio"] if "asyncio.run" in adapter else []
    imports = {*engine.imports, *load_imports, *place_imports, *asyncio_import}
    environment = _environment(plan)
    if environment:
        imports.discard("import os")
    blocks = [
        f'"""{job.target.qualname} over all items: {plan.idiom}, {workers(plan)}."""',
        environment,
        "\n".join(sorted(imports, key=lambda line: (line.startswith("from"), line))),
        "\n".join(place),
        "\n".join(f"{name.upper()} = {value!r}" for name, value in figures.items()),
    ]
    definitions = [adapter, *engine.helpers, engine.run_with(function, tuple(figures))]
    main = [
        'if __name__ == "__main__":',
        *(f"    {line}".rstrip() for line in load_items),
        "    results = run(items)",
        '    print(f"{len(results)} results")',
    ]
    head = "\n\n".join(block for block in blocks if block)
    return "\n\n\n".join([head, *(d for d in definitions if d), "\n".join(main)]) + "\n"


def _environment(plan: Plan) -> str:
    """Ahead of every other import, for native libraries read these as they load."""
    variables = engine_sources.environment(plan)
    lines = [f'os.environ["{name}"] = "{value}"' for name, value in variables.items()]
    return "\n".join(["import os", "", *lines]) if lines else ""


class _Engine:
    """The parts of an engine's file, to the letter."""

    def __init__(self, source: str) -> None:
        self._lines = source.splitlines()
        tree = ast.parse(source)
        definitions = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        self.imports = [ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        self.names = {n.name for n in definitions}
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self.names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        self._run = next(n for n in definitions if n.name == "run")
        self.helpers = [self._text(n.lineno, n) for n in definitions if n.name != "run"]

    def run_with(self, function: str, figures: tuple[str, ...]) -> str:
        """``run`` with the function and the plan's figures as defaults."""
        defaults = [f"function={function}", *(f"{name}={name.upper()}" for name in figures)]
        return f"def run(items, {', '.join(defaults)}):\n{self._text(self._run.body[0].lineno, self._run)}"

    def _text(self, first_line: int, node: ast.stmt) -> str:
        lines = self._lines[first_line - 1 : node.end_lineno]
        return "\n".join(line.split("  # noqa")[0] for line in lines)


class _Names:
    """The names that the snippet has, so that nothing of the user's comes to hide one of them."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {*_OWN_NAMES, *dir(builtins), *taken}
        self._known: dict[tuple[str, str], str] = {}

    def of(self, module: str, name: str) -> str:
        """What to call a module's name here: as it is called there, unless that is taken."""
        if (module, name) not in self._known:
            free = name
            while free in self._taken and module != "builtins":
                free = f"their_{free}"
            self._known[module, name] = free
            self._taken.add(free)
        return self._known[module, name]

    def bring(self, module: str, qualname: str) -> tuple[str, str]:
        """The statement that imports an object, and the expression for it."""
        top, dot, rest = qualname.partition(".")
        name = self.of(module, top)
        renamed = "" if name == top else f" as {name}"
        return f"from {module} import {top}{renamed}", f"{name}{dot}{rest}"


def _callable(target: str, facts: TargetFacts, plan: Plan) -> tuple[str, str]:
    """The name that ``run`` calls, and its definition where that is not the function itself."""
    starred = plan.idiom == "Pool.starmap"
    if starred and not facts.is_coroutine:
        return target, ""
    parameter = "*item" if starred else "item"
    call = f"{target}({ {'none': 'item', 'args': '*item', 'kwargs': '**item'}[facts.unpack] })"
    if facts.is_coroutine and plan.idiom not in idioms.AWAITING:
        return "call", f"def call({parameter}):\n    return asyncio.run({call})"
    if facts.unpack == "none":
        return target, ""
    if facts.is_coroutine:
        return "call", f"async def call(item):\n    return await {call}"
    return "call", f"def call(item):\n    return {call}"


def _import_target(job: Job, facts: TargetFacts, names: _Names) -> tuple[list[str], list[str], str]:
    """Imports; statements that bring in target and set-up, in spawned workers too; the target's name."""
    target = job.target
    imports: list[str] = []
    lines: list[str] = []
    if _needs_path(job, facts):
        imports.append("import sys")
        if target.by_path:
            # Last, because the file may be named like a module of the standard library.
            lines += [f"sys.path.append({root!r})" for root in target.import_roots]
        else:
            lines += [f"sys.path.insert(0, {root!r})" for root in reversed(target.import_roots)]
    statement, function = names.bring(target.module, target.qualname)
    if target.by_path:
        top = target.qualname.split(".")[0]
        imports += ["import importlib.util", "import sys"]
        lines += [
            f'spec = importlib.util.spec_from_file_location("{target.module}", {target.file!r})',
            f'module = sys.modules["{target.module}"] = importlib.util.module_from_spec(spec)',
            "spec.loader.exec_module(module)",
            f"{names.of(target.module, top)} = module.{top}",
        ]
    else:
        lines.append(statement)
    if job.setup is not None:
        module, _, name = job.setup.partition(":")
        statement, set_up = names.bring(module, name)
        lines += [statement, "", f"{set_up}()  # here, so that every fresh process runs it"]
    return imports, lines, function


def _needs_path(job: Job, facts: TargetFacts) -> bool:
    """Whether anything to import lies in the job's own folders."""
    target = job.target
    if target.by_path or job.inputs.kind == "object" or job.setup is not None:
        return True
    roots = [Path(root) for root in target.import_roots]
    if facts.file is not None and any(root in Path(facts.file).parents for root in roots):
        return True
    modules = [target.module, *(statement.split()[1] for statement in facts.expression_imports)]
    tops = {module.split(".")[0] for module in modules} - sys.stdlib_module_names
    return any((root / top).is_dir() or any(root.glob(f"{top}.*")) for root in roots for top in tops)


def _load_items(job: Job, facts: TargetFacts, names: _Names) -> tuple[list[str], list[str]]:
    """Imports and statements that make the list of items, as long as the job."""
    source = job.inputs.source or ""
    # Where the user gave the number of calls, the inputs may hold more, or have no end.
    cut = job.calls is not None and facts.items == facts.calls
    if job.inputs.kind == "none":
        return [], [f"items = [()] * {facts.calls}  # one empty tuple of arguments a call"]
    if job.inputs.kind == "file":
        imports, lines = _load_file(Path(source).absolute(), facts)
        lines += [f"items = items[:{facts.items}]"] if cut else []
    elif job.inputs.kind == "expression":
        made = f"itertools.islice({_on_one_line(source)}, {facts.items})" if cut else _on_one_line(source)
        imports = ["import itertools"] if cut else []
        lines = [*facts.expression_imports, f"items = list({made})"]
    else:
        module, _, qualname = source.partition(":")
        statement, name = names.bring(module, qualname)
        imports = ["import itertools"]
        lines = [
            statement,
            "",
            f"source = {name}() if callable({name}) else {name}",
            f"items = list(itertools.islice(source, {facts.items}))",
        ]
    if facts.calls > facts.items:
        lines.append(f"items = [items[i % len(items)] for i in range({facts.calls})]")
    return imports, lines


def _on_one_line(expression: str) -> str:
    """The expression without its line ends and comments."""
    if "\n" not in expression and "#" not in expression:
        return expression.strip()
    try:
        return ast.unparse(ast.parse(expression.strip(), mode="eval"))
    except SyntaxError:
        return expression.strip()


def _load_file(path: Path, facts: TargetFacts) -> tuple[list[str], list[str]]:
    suffix = path.suffix.lower()
    name = repr(str(path))
    if suffix == ".json":
        return ["import json"], [
            f'with open({name}, encoding="utf-8") as file:',
            "    items = json.load(file)",
        ]
    if suffix == ".jsonl":
        return ["import json"], [
            f'with open({name}, encoding="utf-8") as file:',
            "    items = [json.loads(line) for line in file if line.strip()]",
        ]
    if suffix == ".csv":
        imports, rows = ["import pandas"], f'pandas.read_csv({name}).to_dict("records")'
    else:
        # By way of pyarrow again, so that every value is one of Python's own.
        imports = ["import pandas", "import pyarrow"]
        rows = f"pyarrow.Table.from_pandas(pandas.read_parquet({name}), preserve_index=False).to_pylist()"
    if facts.unpack == "args":
        rows = f"[tuple(row.values()) for row in {rows}]"
    return imports, [f"items = {rows}"]
