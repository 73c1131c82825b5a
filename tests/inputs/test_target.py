from __future__ import annotations

import contextlib
import importlib.util
import keyword
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import UnusableError
from advisor.inputs.target import is_dotted_name, looking_at, parse_target
from tests.jobs import is_one_line, one_line_errors

HERE = Path(__file__).parent
LINES = st.text(st.characters(exclude_categories=("C", "Z")) | st.sampled_from(":./ _a1"))
NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: not keyword.iskeyword(name))


def make_file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("def f(x):\n    return x\n")
    return path


@given(module=st.lists(NAMES, min_size=1, max_size=3), qualname=st.lists(NAMES, min_size=1, max_size=3))
def test_a_module_and_a_path_of_attributes_are_kept_as_typed(module: list[str], qualname: list[str]) -> None:
    text = f"{'.'.join(module)}:{'.'.join(qualname)}"
    target = parse_target(text, HERE)
    assert (target.text, target.module, target.qualname) == (text, ".".join(module), ".".join(qualname))
    assert target.import_roots == (str(HERE.resolve()),)
    assert (target.file, target.by_path) == (None, False)


def test_a_script_without_a_function_is_told_of_find_and_of_its_functions(tmp_path: Path) -> None:
    (tmp_path / "crawl.py").write_text("def fetch(x): ...\nasync def save(x): ...\nfetch(1)\n", encoding="utf-8")
    with pytest.raises(UnusableError) as refused:
        parse_target("crawl.py", tmp_path)
    for word in ("names no function", "advisor find crawl.py", "crawl.py:fetch, crawl.py:save"):
        assert word in str(refused.value)


@given(LINES)
def test_any_text_is_a_target_or_an_error_of_one_line(text: str) -> None:
    with contextlib.suppress(UnusableError), one_line_errors():
        parse_target(text, HERE)


@pytest.mark.parametrize(
    "text",
    ["", ":", "mod", "mod:", ":f", "mod:f()", "mod:<lambda>", "mod:a..b", "mod:a-b", "mod:1f", "mod:class"],
)
def test_what_names_no_function_is_refused_with_the_forms_that_would(text: str) -> None:
    with pytest.raises(UnusableError, match=r"names no function\. Write it as module:function"):
        parse_target(text, HERE)


@pytest.mark.parametrize("text", ["a-b:f", "a:b:f", "..a:f", "a.:f", "1a:f", "import:f", "a b:f"])
def test_what_no_import_statement_could_name_is_no_module(text: str) -> None:
    with pytest.raises(UnusableError, match="is no module name"):
        parse_target(text, HERE)


def test_a_file_beside_no_package_is_imported_by_its_stem(tmp_path: Path) -> None:
    file = make_file(tmp_path / "scripts" / "work.py")
    target = parse_target("scripts/work.py:f", tmp_path)
    assert (target.module, target.file, target.by_path) == ("work", str(file.resolve()), False)
    assert target.import_roots == (str(file.parent.resolve()), str(tmp_path.resolve()))


def test_a_file_in_the_current_folder_has_one_root(tmp_path: Path) -> None:
    make_file(tmp_path / "work.py")
    assert parse_target("work.py:f", tmp_path).import_roots == (str(tmp_path.resolve()),)


def test_a_file_in_a_package_is_imported_by_its_dotted_name(tmp_path: Path) -> None:
    for name in ("top/__init__.py", "top/inner/__init__.py", "top/inner/work.py"):
        make_file(tmp_path / name)
    assert parse_target("top/inner/work.py:f", tmp_path).module == "top.inner.work"
    assert parse_target("top/inner/__init__.py:f", tmp_path).module == "top.inner"
    assert parse_target("top/inner/work.py:f", tmp_path).import_roots[0] == str(tmp_path.resolve())


def test_an_absolute_path_is_not_taken_from_the_folder(tmp_path: Path) -> None:
    file = make_file(tmp_path / "elsewhere" / "work.py")
    assert parse_target(f"{file}:f", HERE).file == str(file.resolve())


@pytest.mark.parametrize("stem", ["my-script", "queue", "lambda", "2fast", "a b", "ünï-code", "a.b"])
def test_a_file_whose_name_cannot_be_imported_is_loaded_from_its_path(stem: str, tmp_path: Path) -> None:
    file = make_file(tmp_path / f"{stem}.py")
    target = parse_target(f"{stem}.py:f", tmp_path)
    assert target.by_path
    assert target.file == str(file.resolve())
    assert is_dotted_name(target.module)
    assert target.module not in sys.stdlib_module_names
    assert importlib.util.find_spec(target.module) is None


def test_a_file_in_a_package_may_be_named_like_a_standard_module(tmp_path: Path) -> None:
    make_file(tmp_path / "top" / "__init__.py")
    make_file(tmp_path / "top" / "queue.py")
    target = parse_target("top/queue.py:f", tmp_path)
    assert (target.module, target.by_path) == ("top.queue", False)


@pytest.mark.parametrize("text", ["missing.py:f", "no/such/missing.py:f", "folder/:f", "folder.py:f"])
def test_a_file_that_is_not_there_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(UnusableError, match="there is no file") as refused:
        parse_target(text, tmp_path)
    assert is_one_line(refused.value)


def test_a_file_that_is_no_python_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UnusableError, match=r"notes\.txt is no Python file"):
        parse_target("./notes.txt:f", tmp_path)


def test_a_path_that_the_system_will_not_look_at_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="cannot be read: File name too long"):
        parse_target(f"{'x' * 5000}.py:f", tmp_path)
    with pytest.raises(UnusableError, match="cannot be read: File name too long"):
        parse_target("work:f", tmp_path / ("x" * 5000))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "missing", tmp_path / "file"):
        with pytest.raises(UnusableError, match=r"--app-dir .*: there is no such folder"):
            parse_target("work:f", folder)


def test_errors_that_are_not_the_systems_pass_through() -> None:
    with pytest.raises(ZeroDivisionError), looking_at("it"):
        raise ZeroDivisionError
