from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from advisor.inputs.item_files import read_rows
from advisor.records import Inputs, Job, Plan, Target, TargetFacts, Unpack
from advisor.snippets.snippet import make_snippet
from tests.jobs import make_facts

TARGET = Target(text="stand_in:fetch", module="stand_in", qualname="fetch", import_roots=("/home/me/job",))
JOB = Job(target=TARGET, inputs=Inputs(kind="expression", source="range(10)"), unpack="none")
FACTS = make_facts()
BY_PATH = "it_s_my_script_file"
SERIAL = Plan(model="serial", idiom="loop")
UNPACKS = pytest.mark.parametrize("unpack", ["none", "args", "kwargs"])


@pytest.fixture(autouse=True)
def path_and_modules_are_put_back() -> Iterator[None]:
    path = list(sys.path)
    yield
    sys.path[:] = path
    for name in ("stand_in", BY_PATH):
        sys.modules.pop(name, None)


def run_serially(job: Job, facts: TargetFacts, names: dict[str, object]) -> Any:
    """Run the serial snippet; the target's module is a stand-in with these names."""
    stand_in = types.ModuleType("stand_in")
    vars(stand_in).update(names)
    sys.modules["stand_in"] = stand_in
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(make_snippet(job, facts, SERIAL), "snippet", "exec"), namespace)
    return namespace["results"]


def same(item: object) -> object:
    return item


@UNPACKS
def test_the_adapted_call_gives_what_the_call_gives(unpack: Unpack) -> None:
    items = {"none": [1, 2], "args": [(1, 2), (3, 4)], "kwargs": [{"a": 1}, {"a": 2}]}[unpack]
    job = replace(JOB, inputs=Inputs(kind="expression", source=repr(items)))

    def fetch(*arguments: object, **keywords: object) -> object:
        return arguments, keywords

    expected = {
        "none": [((1,), {}), ((2,), {})],
        "args": [((1, 2), {}), ((3, 4), {})],
        "kwargs": [((), {"a": 1}), ((), {"a": 2})],
    }[unpack]
    assert run_serially(job, replace(FACTS, unpack=unpack, items=2, calls=2), {"fetch": fetch}) == expected


@pytest.mark.parametrize(
    ("expression", "calls", "items", "expected"),
    [
        ("range(3)", None, 3, [0, 1, 2]),
        ("range(3)", 5, 3, [0, 1, 2, 0, 1]),
        ("range(9)", 3, 3, [0, 1, 2]),
        ("iter(int, 1)", 3, 3, [0, 0, 0]),
        ("['two  spaces', 'a # b']", None, 2, ["two  spaces", "a # b"]),
        ("[1,  # one\n 2]", None, 2, [1, 2]),
        ("  [1]  # all of them", None, 1, [1]),
        ('["""a\nb"""]', None, 1, ["a\nb"]),
        ("(n * n for n in SIZES)", None, 2, [4, 9]),
    ],
)
def test_the_items_of_an_expression_are_those_that_were_timed(
    expression: str, calls: int | None, items: int, expected: list[object]
) -> None:
    job = replace(JOB, inputs=Inputs(kind="expression", source=expression), calls=calls)
    imports = ("from stand_in import SIZES",) if "SIZES" in expression else ()
    facts = replace(FACTS, items=items, calls=calls or items, expression_imports=imports)
    assert run_serially(job, facts, {"fetch": same, "SIZES": (2, 3)}) == expected


@pytest.mark.parametrize("source", ["stand_in:ITEMS", "stand_in:make_items", "stand_in:Some.items"])
@pytest.mark.parametrize(("calls", "items"), [(3, 3), (2, 2), (4, 3)])
def test_the_items_of_an_object_are_those_that_were_timed(source: str, calls: int, items: int) -> None:
    class Some:
        items = (5, 6, 7)

    job = replace(JOB, inputs=Inputs(kind="object", source=source))
    facts = replace(FACTS, items=items, calls=calls)
    names = {"ITEMS": [5, 6, 7], "make_items": lambda: iter([5, 6, 7]), "Some": Some}
    assert run_serially(job, facts, {"fetch": same, **names}) == [5, 6, 7, 5][:calls]


@pytest.mark.parametrize(
    ("name", "text", "unpack", "expected"),
    [
        ("it'ems.json", '[1, "a", null]', "none", [1, "a", None]),
        ("items.JSONL", '[1]\n\n{"a": 2}\n', "none", [[1], {"a": 2}]),
        ("items.csv", "b,a\n1,x\n2,y\n", "kwargs", [{"b": 1, "a": "x"}, {"b": 2, "a": "y"}]),
        ("items.csv", "b,a\n1,x\n2,y\n", "args", [(1, "x"), (2, "y")]),
    ],
)
@pytest.mark.parametrize("calls", [None, 1, 5])
def test_the_items_of_a_file_are_those_that_were_timed(
    name: str, text: str, unpack: Unpack, expected: list[object], calls: int | None, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)
    job = replace(JOB, inputs=Inputs(kind="file", source=str(path)), calls=calls)
    items = min(len(expected), calls or len(expected))
    facts = replace(FACTS, items=items, calls=calls or items, unpack=unpack)

    def fetch(*arguments: object, **keywords: object) -> object:
        return keywords or (arguments if unpack == "args" else arguments[0])

    wanted = [expected[i % len(expected)] for i in range(calls or items)]
    assert run_serially(job, facts, {"fetch": fetch}) == wanted


def test_items_of_a_parquet_file_are_plain_in_the_snippet_too(tmp_path: Path) -> None:
    path = tmp_path / "items.parquet"
    pd.DataFrame({"size": pd.array([1, None], dtype="Int64"), "parts": [[1, 2], []]}).to_parquet(path)
    job = replace(JOB, inputs=Inputs(kind="file", source=str(path)))
    facts = replace(FACTS, items=2, calls=2)
    results = run_serially(job, facts, {"fetch": same})
    assert results == read_rows(path, "none") == [{"size": 1, "parts": [1, 2]}, {"size": None, "parts": []}]


def test_a_function_without_parameters_is_called_as_often_as_the_job_calls_it() -> None:
    job = replace(JOB, inputs=Inputs(), unpack=None)
    facts = replace(FACTS, items=1, calls=4, unpack="args")
    assert run_serially(job, facts, {"fetch": lambda: "done"}) == ["done"] * 4


def test_a_target_in_a_class_is_reached_through_the_class() -> None:
    class Work:
        @staticmethod
        def double(item: int) -> int:
            return 2 * item

    job = replace(
        JOB, target=replace(TARGET, qualname="Work.double"), inputs=Inputs(kind="expression", source="[1, 2]")
    )
    assert run_serially(job, replace(FACTS, items=2, calls=2), {"Work": Work}) == [2, 4]


@pytest.mark.parametrize("name", ["run", "call", "items", "item", "results", "list", "print", "function"])
@UNPACKS
def test_a_target_may_have_any_name(name: str, unpack: Unpack) -> None:
    item = {"none": 7, "args": (7,), "kwargs": {"only": 7}}[unpack]
    job = replace(
        JOB, target=replace(TARGET, qualname=name), inputs=Inputs(kind="object", source=f"stand_in:{name}_source")
    )

    def double(only: int) -> int:
        return 2 * only

    names = {name: double, f"{name}_source": [item]}
    assert run_serially(job, replace(FACTS, unpack=unpack, items=1, calls=1), names) == [14]


def test_a_file_that_cannot_be_imported_is_loaded_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "it's my-script.py"
    path.write_text("def fetch(item):\n    return item + 1\n")
    target = Target(
        text="x", module=BY_PATH, qualname="fetch", import_roots=(str(tmp_path),), file=str(path), by_path=True
    )
    job = Job(target=target, inputs=Inputs(kind="expression", source="[1, 2]"))
    assert run_serially(job, replace(FACTS, items=2, calls=2), {}) == [2, 3]
