from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from advisor.pipeline.machine_costs import machine_of
from advisor.records import CostRow, Machine
from advisor.reports import machine_table
from tests.pipeline.sample_costs import FULL, PYTHON, QUICK, a_system, row, rows

GAPS = (
    *FULL,
    row("data", "SharedMemory", None, size=10**9, note="needs <b>120</b> MB free | in /dev/shm"),
    row("start", "Pool of 2", None, method="spawn", note="=cmd()"),
)


def the_machine() -> Machine:
    return machine_of(QUICK, PYTHON, a_system(Path("/no/such/root")))


def test_a_frame_has_units_in_its_names_and_gaps_where_figures_are_missing() -> None:
    frame = machine_table.to_frame(GAPS)
    assert list(frame.columns) == list(machine_table.COLUMN_TYPES)
    assert len(frame) == len(GAPS)
    assert str(frame["size_bytes"].dtype) == "Int64"
    assert frame["seconds"].isna().sum() == 2
    assert list(machine_table.to_frame(()).columns) == list(frame.columns)


def test_the_terminal_shows_every_operation_in_units_that_fit() -> None:
    text = machine_table.render_terminal(the_machine(), FULL)
    for one in FULL:
        assert one.operation in text
    assert re.search(r"^Thread +100 µs +90\.0 µs to 110 µs$", text, re.MULTILINE)
    assert re.search(r"^Process \(forkserver\) +20\.0 ms", text, re.MULTILINE)
    assert re.search(r"^Pass data to another process +1\.0 KB +1\.0 MB +100 MB$", text, re.MULTILINE)
    assert re.search(r"^asyncio tasks +300 ns", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 80
    assert "2 usable cores, 16.0 GB" in text


def test_the_terminal_gives_a_reason_once() -> None:
    gaps = [row("lock", name, None, note="no semaphores") for name in ("one", "two")]
    text = machine_table.render_terminal(the_machine(), gaps)
    assert "Not measured: one, two: no semaphores" in text


def test_colours_change_nothing_but_colours() -> None:
    plain = machine_table.render_terminal(the_machine(), GAPS)
    coloured = machine_table.render_terminal(the_machine(), GAPS, colour=True)
    assert "\x1b[" not in plain
    assert "\x1b[" in coloured
    without = re.sub(r"\x1b\[[\d;]*m", "", coloured)
    assert [line.rstrip() for line in without.splitlines()] == plain.splitlines()


@given(rows, st.integers(40, 200))
def test_the_terminal_keeps_to_its_width(some: tuple[CostRow, ...], width: int) -> None:
    text = machine_table.render_terminal(the_machine(), some, width=width)
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert "\x1b" not in text


@given(rows)
def test_csv_reads_back(some: tuple[CostRow, ...]) -> None:
    read = list(csv.DictReader(io.StringIO(machine_table.render_csv(the_machine(), some))))
    assert len(read) == len(some)
    for line, one in zip(read, some, strict=True):
        assert line["seconds"] == "" if one.seconds is None else float(line["seconds"]) == one.seconds
        assert line["size_bytes"] == ("" if one.size_bytes is None else str(one.size_bytes))
        assert not line["note"].startswith(("=", "+", "-", "@"))


@given(rows)
def test_json_reads_back(some: tuple[CostRow, ...]) -> None:
    document = json.loads(machine_table.render_json(the_machine(), some))
    assert document["schema_version"] == 1
    assert document["machine"]["usable_cores"] == 2
    assert document["machine"]["costs"]["process_start_seconds"]["fork"] == 3e-3
    assert tuple(CostRow(**one) for one in document["rows"]) == some


def test_markdown_tables_are_whole() -> None:
    text = machine_table.render_markdown(the_machine(), GAPS)
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(tables) == 4
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1
    assert "<b>" not in text


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.cells = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.cells += tag == "td"
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_stands_alone_and_shows_foreign_text_as_text() -> None:
    page = Page(machine_table.render_html(the_machine(), GAPS))
    assert page.tags.count("table") == 4
    assert "b" not in page.tags
    assert "script" not in page.tags
    assert all(link.startswith("data:") for link in page.links)


def test_there_is_a_renderer_for_every_format_that_fits_a_table() -> None:
    assert machine_table.RENDERERS.keys() == {".html", ".csv", ".json", ".md"}
    for render in machine_table.RENDERERS.values():
        assert render(the_machine(), ()).endswith("\n")
