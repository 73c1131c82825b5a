"""Plan -> code: the engine that was timed, with the user's function and the plan's figures put in."""

from __future__ import annotations

import ast
from pathlib import Path

from . import idioms
from .records import Job, Plan, TargetFacts


def make_snippet(job: Job, facts: TargetFacts, plan: Plan) -> str:
    """A whole Python file with ``run(items)``, and the loading of the items under a main guard."""
    engine = _Engine(idioms.engine_source(plan.idiom))
    function, adapter = _callable(job, facts, plan)
    imports = sorted({*engine.imports, *_extra_imports(job, facts, plan)}, key=_import_order)
    head = [f'"""{_describe(job, plan)}"""', "", *imports, "", *_target_import(job, facts)]
    body = [*_constants(plan), *adapter, engine.helpers, engine.run_with(function, idioms.parameters(plan))]
    return "\n".join([*head, "", *body, "", "", *_main(job, facts)]) + "\n"


class _Engine:
    """The parts of an engine's file."""

    def __init__(self, source: str) -> None:
        self._lines = source.splitlines()
        tree = ast.parse(source)
        definitions = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        self.imports = [ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        self._run = next(n for n in definitions if n.name == "run")
        self.helpers = "".join(f"\n\n{self._text(n)}" for n in definitions if n.name != "run") + "\n\n"

    def run_with(self, function: str, figures: dict[str, int | str | None]) -> str:
        """``run`` with the function and the plan's figures as defaults, its body to the letter."""
        defaults = [f"function={function}", *(f"{name}={name.upper()}" for name in figures)]
        body_starts = self._run.body[0].lineno
        signature = f"def run(items, {', '.join(defaults)}):"
        return "\n".join([signature, *self._lines[body_starts - 1 : self._run.end_lineno]])

    def _text(self, node: ast.stmt) -> str:
        return "\n".join(self._lines[node.lineno - 1 : node.end_lineno])


def _describe(job: Job, plan: Plan) -> str:
    return f"Run {job.target.qualname} over all items: {plan.idiom}."


def _callable(job: Job, facts: TargetFacts, plan: Plan) -> tuple[str, list[str]]:
    """The name that ``run`` calls, and the lines that define it where it is not the function itself."""
    function = job.target.qualname
    if plan.idiom == "Pool.starmap" and facts.unpack == "args" and not facts.is_coroutine:
        return function, []
    arguments = {"none": "item", "args": "*item", "kwargs": "**item"}[facts.unpack]
    if facts.is_coroutine and plan.idiom not in ("asyncio tasks", "await loop"):
        call = f"asyncio.run({function}({arguments}))"
        return "call", ["", "", "def call(item):", f"    return {call}"]
    if facts.unpack == "none":
        return function, []
    if facts.is_coroutine:
        return "call", ["", "", "async def call(item):", f"    return await {function}({arguments})"]
    return "call", ["", "", "def call(item):", f"    return {function}({arguments})"]


def _target_import(job: Job, facts: TargetFacts) -> list[str]:
    """Statements that bring in the target, the set-up and what the inputs need; also run in spawned workers."""
    target = job.target
    top = target.qualname.split(".")[0]
    lines = []
    if not _importable_by_default(job):
        lines += [f"sys.path.insert(0, {root!r})" for root in reversed(target.import_roots)]
    if target.by_path:
        lines += [
            f'_spec = importlib.util.spec_from_file_location("{target.module}", {target.file!r})',
            f'_module = sys.modules["{target.module}"] = importlib.util.module_from_spec(_spec)',
            "_spec.loader.exec_module(_module)",
            f"{top} = _module.{top}",
        ]
    else:
        lines.append(f"from {target.module} import {top}  # noqa: E402 - after the path")
    if job.setup is not None:
        module, _, name = job.setup.partition(":")
        lines += [f"import {module}", "", f"{module}.{name}()  # here, so that fresh worker processes run it too"]
    return lines


def _importable_by_default(job: Job) -> bool:
    return job.target.import_roots == (str(Path.cwd()),)


def _extra_imports(job: Job, facts: TargetFacts, plan: Plan) -> list[str]:
    found = []
    if not _importable_by_default(job):
        found.append("import sys")
    if job.target.by_path:
        found += ["import importlib.util", "import sys"]
    if facts.is_coroutine and plan.idiom not in ("asyncio tasks", "await loop"):
        found.append("import asyncio")
    return found


def _import_order(statement: str) -> tuple[bool, str]:
    return statement.startswith("from"), statement


def _constants(plan: Plan) -> list[str]:
    figures = idioms.parameters(plan)
    return [f"{name.upper()} = {value!r}" for name, value in figures.items()]


def _main(job: Job, facts: TargetFacts) -> list[str]:
    lines = ['if __name__ == "__main__":', *(f"    {line}" for line in _load_items(job, facts))]
    if job.inputs.kind != "none" and facts.calls != facts.items:
        lines.append(f"    items = [items[i % len(items)] for i in range({facts.calls})]")
    return [*lines, "    results = run(items)", '    print(f"{len(results)} results")']


def _load_items(job: Job, facts: TargetFacts) -> list[str]:
    source = job.inputs.source or ""
    if job.inputs.kind == "none":
        return [f"items = [()] * {facts.calls}  # a call without arguments each"]
    if job.inputs.kind == "expression":
        return [*facts.expression_imports, f"items = list({' '.join(source.split())})"]
    if job.inputs.kind == "object":
        module, _, name = source.partition(":")
        top = name.split(".")[0]
        taken = f"{name}() if callable({name}) else {name}"
        if facts.calls <= facts.items:
            return [
                "from itertools import islice",
                "",
                f"from {module} import {top}",
                "",
                f"items = list(islice({taken}, {facts.items}))",
            ]
        return [f"from {module} import {top}", "", f"items = list({taken})"]
    return _load_file(Path(source).absolute(), facts)


def _load_file(path: Path, facts: TargetFacts) -> list[str]:
    suffix = path.suffix.lower()
    name = repr(str(path))
    if suffix == ".json":
        return ["import json", "", f'items = json.load(open({name}, encoding="utf-8"))']
    if suffix == ".jsonl":
        return [
            "import json",
            "",
            f'items = [json.loads(line) for line in open({name}, encoding="utf-8") if line.strip()]',
        ]
    reader = "read_csv" if suffix == ".csv" else "read_parquet"
    rows = f'pandas.{reader}({name}).to_dict("records")'
    if facts.unpack == "args":
        rows = f"[tuple(row.values()) for row in {rows}]"
    return ["import pandas", "", f"items = {rows}"]
