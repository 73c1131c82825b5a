from __future__ import annotations

import ast
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from advisor.records import Inputs, Job, Target, TargetFacts, Unpack, idioms
from advisor.snippets import engine_sources
from advisor.snippets.snippet import make_snippet
from tests.jobs import make_facts, make_plan

TARGET = Target(text="work:fetch", module="work", qualname="fetch", import_roots=("/home/me/job",))
JOB = Job(target=TARGET, inputs=Inputs(kind="expression", source="range(10)"), unpack="none")
FACTS = make_facts(file="/home/me/job/work.py")
IN_THREADS = make_plan("ThreadPoolExecutor.map")
ALL = pytest.mark.parametrize("idiom", idioms.IDIOMS)
UNPACKS = pytest.mark.parametrize("unpack", ["none", "args", "kwargs"])


def facts_for(idiom: str, **changes: Any) -> TargetFacts:
    unpack = "args" if idiom == "Pool.starmap" else "none"
    fitting = {"is_coroutine": idiom in idioms.AWAITING, "unpack": unpack}
    return replace(FACTS, **{**fitting, **changes})


def function_named(tree: ast.Module, name: str) -> ast.FunctionDef:
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)


def main_block(tree: ast.Module) -> ast.If:
    last = tree.body[-1]
    assert isinstance(last, ast.If)
    return last


@ALL
def test_a_snippet_is_a_python_file_with_run_and_a_guarded_main_part(idiom: str) -> None:
    snippet = make_snippet(JOB, facts_for(idiom), make_plan(idiom, "forkserver"))
    tree = ast.parse(snippet, feature_version=(3, 9))
    run = function_named(tree, "run")
    assert run.args.args[0].arg == "items"
    assert len(run.args.args) - 1 == len(run.args.defaults)
    assert ast.unparse(main_block(tree).test) == "__name__ == '__main__'"
    assert ast.get_docstring(tree)
    assert snippet.endswith(")\n")


@ALL
def test_what_was_timed_is_what_is_printed(idiom: str) -> None:
    source = engine_sources.engine_source(idiom)
    snippet = make_snippet(JOB, facts_for(idiom), make_plan(idiom))
    lines = [line.split("  # noqa")[0] for line in source.splitlines()]
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.name == "run" else node
            assert "\n".join(lines[first.lineno - 1 : node.end_lineno]) in snippet
        elif isinstance(node, ast.Import | ast.ImportFrom):
            assert f"\n{ast.unparse(node)}\n" in snippet


@ALL
def test_the_figures_that_were_timed_are_constants_and_the_defaults_of_run(idiom: str) -> None:
    plan = make_plan(idiom, "forkserver", processes=3, threads=4, tasks=5, chunk_size=6)
    tree = ast.parse(make_snippet(JOB, facts_for(idiom), plan))
    constants = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert constants == {name.upper(): value for name, value in engine_sources.parameters(plan).items()}
    run = function_named(tree, "run")
    defaults = zip(run.args.args[1:], run.args.defaults, strict=True)
    assert [(a.arg, ast.unparse(d)) for a, d in defaults][1:] == [(n.lower(), n) for n in constants]


@ALL
def test_nothing_is_imported_twice_or_left_over(idiom: str) -> None:
    snippet = make_snippet(JOB, facts_for(idiom), make_plan(idiom))
    imports = [line for line in snippet.splitlines() if line.startswith(("import ", "from "))]
    assert len(set(imports)) == len(imports)
    assert "noqa" not in snippet


@pytest.mark.parametrize(
    ("unpack", "is_coroutine", "idiom", "adapter"),
    [
        ("none", False, "ThreadPoolExecutor.map", ""),
        ("args", False, "ThreadPoolExecutor.map", "def call(item):\n    return fetch(*item)"),
        ("kwargs", False, "Pool.map", "def call(item):\n    return fetch(**item)"),
        ("args", False, "Pool.starmap", ""),
        ("none", True, "Pool.map", "def call(item):\n    return asyncio.run(fetch(item))"),
        ("args", True, "Process + Thread", "def call(item):\n    return asyncio.run(fetch(*item))"),
        ("args", True, "Pool.starmap", "def call(*item):\n    return asyncio.run(fetch(*item))"),
        ("none", True, "asyncio tasks", ""),
        ("args", True, "asyncio tasks", "async def call(item):\n    return await fetch(*item)"),
        ("kwargs", True, "await loop", "async def call(item):\n    return await fetch(**item)"),
    ],
)
def test_only_a_call_that_needs_it_is_adapted(unpack: Unpack, is_coroutine: bool, idiom: str, adapter: str) -> None:
    facts = replace(FACTS, unpack=unpack, is_coroutine=is_coroutine)
    snippet = make_snippet(JOB, facts, make_plan(idiom))
    assert f"function={'call' if adapter else 'fetch'}" in snippet
    assert adapter in snippet
    assert ("def call(" in snippet) == bool(adapter)
    imports_asyncio = "import asyncio" in snippet
    assert imports_asyncio == ("asyncio.run" in snippet)


@ALL
@UNPACKS
def test_no_name_of_the_users_hides_one_of_the_snippets(idiom: str, unpack: Unpack) -> None:
    facts = facts_for(idiom, unpack="args" if idiom == "Pool.starmap" else unpack)
    engine = ast.parse(engine_sources.engine_source(idiom))
    own = {node.name for node in engine.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for name in sorted(own | {"call", "run", "items", "item", "results", "sys", "list", "THREADS"}):
        job = Job(
            target=replace(TARGET, qualname=name),
            inputs=Inputs(kind="object", source=f"data:{name}"),
            unpack="none",
            setup=f"prepare:{name}",
        )
        tree = ast.parse(make_snippet(job, facts, make_plan(idiom)))
        imported = [
            alias.asname or alias.name
            for node in [*tree.body, *main_block(tree).body]
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        ]
        defined = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        assert len(set(imported) | set(defined)) == len(imported) + len(defined)
        if name not in ("sys", "THREADS"):
            assert name not in imported


def test_the_set_up_runs_at_import_and_does_not_hide_a_target_named_like_its_module() -> None:
    job = replace(JOB, target=replace(TARGET, module="fetch"), setup="fetch:prepare")
    snippet = make_snippet(job, FACTS, IN_THREADS)
    lines = snippet.splitlines()
    assert "from fetch import fetch" in lines
    assert "from fetch import prepare" in lines
    assert any(line.startswith("prepare()") for line in lines)


def test_the_folders_of_the_job_are_on_the_path_where_something_is_imported_from_them(tmp_path: Path) -> None:
    (tmp_path / "own.py").touch()
    (tmp_path / "package").mkdir()
    roots = (str(tmp_path), "/elsewhere")
    library = Target(text="zlib:compress", module="zlib", qualname="compress", import_roots=roots)
    foreign = make_facts(file=None)
    inserted = f"sys.path.insert(0, '/elsewhere')\nsys.path.insert(0, {str(tmp_path)!r})\n"

    def has_path(target: Target, facts: TargetFacts, **changes: Any) -> bool:
        return inserted in make_snippet(replace(JOB, target=target, **changes), facts, IN_THREADS)

    assert not has_path(library, foreign)
    assert not has_path(library, replace(foreign, expression_imports=("import os",)))
    assert has_path(library, replace(foreign, expression_imports=("import own",)))
    assert has_path(library, foreign, inputs=Inputs(kind="object", source="own:ITEMS"))
    assert has_path(library, foreign, setup="own:prepare")
    assert has_path(replace(library, module="own"), foreign)
    assert has_path(replace(library, module="package.inner"), foreign)
    assert has_path(replace(library, module="numpy"), make_facts(file=str(tmp_path / "wrapper.py")))


@ALL
def test_lines_fit_a_page_where_the_users_names_do(idiom: str) -> None:
    snippet = make_snippet(JOB, facts_for(idiom), make_plan(idiom))
    assert textwrap.dedent(snippet) == snippet
    assert all(line == line.rstrip() for line in snippet.splitlines())
    assert max(map(len, snippet.splitlines())) <= 120


@ALL
def test_blas_is_held_to_its_threads_before_anything_else_is_imported(idiom: str) -> None:
    job = replace(JOB, inputs=Inputs(kind="expression", source="list(range(os.cpu_count()))"))
    facts = facts_for(idiom, expression_imports=("import os",))
    tree = ast.parse(make_snippet(job, facts, replace(make_plan(idiom), blas_threads=1)))
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert ast.unparse(imports[0]) == "import os"
    assert [ast.unparse(node) for node in imports].count("import os") == 1
    at = tree.body.index(imports[0])
    settings = [ast.unparse(node) for node in tree.body[at + 1 : at + 1 + len(engine_sources.BLAS_VARIABLES)]]
    assert settings == [f"os.environ['{name}'] = '1'" for name in engine_sources.BLAS_VARIABLES]
