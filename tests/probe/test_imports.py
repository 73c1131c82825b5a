from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import advisor
from advisor.probe.engines import ENGINES
from advisor.probe.tasks import TASKS

PROBE = Path(advisor.__file__).parent / "probe"
FILES = sorted(PROBE.rglob("*.py"))
PACKAGE = "_advisor_probe"
OUTSIDE = {"scalene_driver.py": {"scalene"}}
"""Scalene's driver runs only where Scalene does."""
ADDED_SINCE = {"tomllib", "wsgiref.types", "importlib.resources.abc", "annotationlib", "compression", "pathlib.types"}
"""Modules of the standard library that CPython 3.9 does not have."""
FILE = pytest.mark.parametrize("path", FILES, ids=[path.relative_to(PROBE).as_posix() for path in FILES])


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """(leading dots, name) of every import in a file, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


def test_every_file_of_the_probe_is_found() -> None:
    assert {"start.py", "tasks.py", "serial_loop.py"} <= {path.name for path in FILES}


@FILE
def test_its_syntax_is_that_of_the_oldest_interpreter(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))


@FILE
def test_it_imports_the_standard_library_and_its_own_package_alone(path: Path) -> None:
    allowed = sys.stdlib_module_names | {PACKAGE} | OUTSIDE.get(path.name, set())
    for level, name in imports_of(path):
        if level == 0:
            assert name.split(".")[0] in allowed
            assert name not in ADDED_SINCE


@FILE
def test_it_never_reaches_the_host(path: Path) -> None:
    depth = len(path.relative_to(PROBE).parts)
    for level, name in imports_of(path):
        assert level <= depth
        assert name.split(".")[0] != "advisor"


@FILE
def test_its_name_is_that_of_no_standard_module(path: Path) -> None:
    assert path.stem not in sys.stdlib_module_names


@pytest.mark.parametrize("file", [file for _, file in ENGINES.values()])
def test_an_engine_imports_the_standard_library_alone(file: str) -> None:
    for level, name in imports_of(PROBE / "engines" / f"{file}.py"):
        assert (level, name.split(".")[0] in sys.stdlib_module_names) == (0, True)


@FILE
def test_it_imports_nothing_for_types_alone_in_the_users_process(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = [n for n in tree.body if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    for_types = {id(node) for block in guarded for node in ast.walk(block)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_types:
            assert node.module not in ("typing", "collections.abc")


def test_every_engine_is_listed() -> None:
    listed = {file for _, file in ENGINES.values()}
    assert {path.stem for path in (PROBE / "engines").glob("*.py")} - {"__init__"} == listed


def test_the_list_of_engines_imports_nothing_for_the_host_reads_it() -> None:
    for folder in ("engines", "target", "timing", "safety", "costs", "."):
        assert list(imports_of(PROBE / folder / "__init__.py")) == []


def test_the_entry_says_what_is_wrong_in_the_syntax_of_every_interpreter() -> None:
    source = (PROBE / "start.py").read_text(encoding="utf-8")
    at_import = [name for level, name in imports_of_body(source) if level == 0]
    assert at_import == ["json", "os", "sys"]
    assert "LEAST_VERSION = (3, 9)" in source
    ast.parse(source, feature_version=(3, 4))


def imports_of_body(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_task_has_its_function(task: str) -> None:
    module, function = TASKS[task]
    tree = ast.parse((PROBE / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
    assert [len(node.args.args) for node in found] == [2]


def test_a_trial_imports_nothing_that_only_other_tasks_need() -> None:
    pending, reached = ["timing/plan_trial.py"], set[str]()
    while pending:
        name = pending.pop()
        reached.add(name)
        pending += [one for one in modules_imported_by(PROBE / name) if one not in reached]
    assert {"answers.py", "target/job.py"} <= reached
    others = {"safety/inspection.py", "safety/state.py", "safety/observations.py", "safety/call_effects.py"}
    assert not reached & {*others, "safety/source_walk.py", "costs/costs_task.py"}


def modules_imported_by(path: Path) -> Iterator[str]:
    """The files of this package that a file imports as it is itself imported."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            wanted = [folder.with_suffix(".py"), *(folder / f"{alias.name}.py" for alias in node.names)]
            yield from (file.relative_to(PROBE).as_posix() for file in wanted if file.exists())
