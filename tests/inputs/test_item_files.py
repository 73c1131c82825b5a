from __future__ import annotations

import json
import math
import pickle
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import UnusableError
from advisor.inputs.item_files import READERS, check_inputs_file, default_unpack, read_rows, spool
from advisor.records import Inputs
from tests.jobs import is_one_line

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def all_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(all_plain(part) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple):
        return all(all_plain(part) for part in value)
    return type(value).__module__ in ("builtins", "datetime", "decimal")


@given(st.lists(JSON_VALUES, min_size=1, max_size=5))
def test_json_and_jsonl_hold_one_item_an_element(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("json")
    assert read_rows(write(folder, "items.json", json.dumps(rows)), "none") == rows
    lines = "\n\n".join(json.dumps(row) for row in rows)
    assert read_rows(write(folder, "items.jsonl", lines), "none") == rows


def test_rows_of_a_csv_are_dictionaries_of_plain_values(tmp_path: Path) -> None:
    path = write(tmp_path, "items.csv", "name,size,rate\na,1,0.5\nb,2,\n")
    rows = read_rows(path, "kwargs")
    assert rows[0] == {"name": "a", "size": 1, "rate": 0.5}
    assert math.isnan(rows[1]["rate"])
    assert all_plain(rows)


def test_without_pyarrow_a_parquet_file_is_refused_by_the_name_of_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = write(tmp_path, "items.parquet", b"PAR1")
    with pytest.raises(UnusableError, match=r"pip install 'concurrency-advisor\[parquet\]'") as refused:
        check_inputs_file(path)
    assert is_one_line(refused.value)
    check_inputs_file(write(tmp_path, "items.csv", "a\n1\n"))


def test_rows_of_a_parquet_file_are_dictionaries_of_plain_values(tmp_path: Path) -> None:
    noon = pd.Timestamp("2024-02-29 12:00").to_pydatetime()
    frame = pd.DataFrame(
        {
            "name": ["a", None],
            "size": pd.array([1, None], dtype="Int64"),
            "day": pd.array([noon, None], dtype="datetime64[us]"),
            "parts": [[1, 2], []],
            "inner": [{"x": [1.5]}, {"x": []}],
        },
        index=pd.Index(["first", "second"]),
    )
    frame.to_parquet(tmp_path / "items.parquet")
    rows = read_rows(tmp_path / "items.parquet", "kwargs")
    first = {"name": "a", "size": 1, "day": noon, "parts": [1, 2], "inner": {"x": [1.5]}}
    assert rows == [first, {"name": None, "size": None, "day": None, "parts": [], "inner": {"x": []}}]
    assert all_plain(rows)


def test_rows_of_a_table_are_tuples_where_they_become_positional_arguments(tmp_path: Path) -> None:
    path = write(tmp_path, "items.csv", "b,a\n1,x\n2,y\n")
    assert read_rows(path, "args") == [(1, "x"), (2, "y")]
    assert read_rows(path, "none") == [{"b": 1, "a": "x"}, {"b": 2, "a": "y"}]


def test_lists_of_json_stay_lists_where_they_become_positional_arguments(tmp_path: Path) -> None:
    assert read_rows(write(tmp_path, "items.json", "[[1, 2]]"), "args") == [[1, 2]]


def test_the_suffix_may_be_in_capitals(tmp_path: Path) -> None:
    assert read_rows(write(tmp_path, "ITEMS.JSON", "[1]"), "none") == [1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "[1,"),
        ("a.json", ""),
        ("a.json", b"\xff\xfe[1]"),
        ("a.json", "[" * 200_000),
        ("a.jsonl", "1\n{\n"),
        ("a.jsonl", b"\x80"),
        ("a.csv", ""),
        ("a.csv", "a,b\n1,2\n1,2,3,4\n"),
        ("a.csv", b"a\n\xff\n"),
        ("a.parquet", ""),
        ("a.parquet", "PAR1 is not enough"),
    ],
)
def test_a_file_that_is_not_what_its_suffix_says_is_refused(name: str, text: str | bytes, tmp_path: Path) -> None:
    path = write(tmp_path, name, text)
    with pytest.raises(UnusableError, match="it cannot be read") as refused:
        read_rows(path, "none")
    assert is_one_line(refused.value)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("text", ['{"a": 1}', "5", '"text"', "null"])
def test_json_that_is_no_list_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="must hold a JSON list"):
        read_rows(write(tmp_path, "a.json", text), "none")


@pytest.mark.parametrize(("name", "text"), [("a.json", "[]"), ("a.jsonl", "\n \n"), ("a.csv", "a,b\n")])
def test_a_file_without_items_is_refused(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="it holds no items"):
        read_rows(write(tmp_path, name, text), "none")


def test_a_parquet_file_without_rows_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"a": []}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(UnusableError, match="it holds no items"):
        read_rows(tmp_path / "a.parquet", "kwargs")


@pytest.mark.parametrize("name", ["a.txt", "a", "a.pickle", ".json"])
def test_another_suffix_is_refused_with_those_that_are_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match=r"must be one of \.csv \.json \.jsonl \.parquet"):
        check_inputs_file(write(tmp_path, name, "[1]"))


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_what_is_no_readable_file_is_refused(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="there is no such file"):
        check_inputs_file(tmp_path / f"missing{suffix}")
    (tmp_path / f"folder{suffix}").mkdir()
    with pytest.raises(UnusableError, match="not a regular file"):
        check_inputs_file(tmp_path / f"folder{suffix}")
    with pytest.raises(UnusableError, match="cannot be read: File name too long"):
        check_inputs_file(tmp_path / f"{'x' * 5000}{suffix}")


@pytest.mark.parametrize(
    ("inputs", "unpack"),
    [
        (Inputs(kind="file", source="a.csv"), "kwargs"),
        (Inputs(kind="file", source="a.PARQUET"), "kwargs"),
        (Inputs(kind="file", source="a.json"), "none"),
        (Inputs(kind="object", source="m:rows.csv"), "none"),
        (Inputs(kind="expression", source="'a.csv'"), "none"),
        (Inputs(), "none"),
    ],
)
def test_only_rows_of_tables_become_keyword_arguments_unasked(inputs: Inputs, unpack: str) -> None:
    assert default_unpack(inputs) == unpack


def test_spooled_rows_can_be_read_by_every_supported_interpreter(tmp_path: Path) -> None:
    path = Path(spool([{"a": 1}], tmp_path))
    assert path.parent == tmp_path
    content = path.read_bytes()
    assert content[1] <= 4
    assert pickle.loads(content) == [{"a": 1}]
