"""The report in a real Chromium: from disk, without a network, for every kind of reader."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from advisor.reports.charts.figures import figures_of
from advisor.reports.report_json import report_to_dict
from tests.live.commands import Installed, clean_environment
from tests.reports.sample_reports import HOSTILE, SNIPPET, every_report

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
REPORTS = every_report()
NAMES = ("threading", "multiprocessing", "hybrid", "asyncio", "serial", "partial", "bare", "older", "endless")
HOSTILE_NAMES = tuple(f"hostile {number}" for number in range(len(HOSTILE)))
RENDER = """
import pathlib, sys
from advisor.inputs import saved_report
from advisor.reports import files
for path in map(pathlib.Path, sys.argv[1:]):
    files.write(saved_report.read(path), [path.with_suffix(".html")])
"""


@pytest.fixture(scope="module")
def pages(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages by the name of their sample report, as the installed program renders them from saved reports."""
    folder = tmp_path_factory.mktemp("pages")
    saved = {}
    for name in (*NAMES, *HOSTILE_NAMES):
        saved[name] = folder / f"{name.replace(' ', '-')}.json"
        saved[name].write_text(json.dumps(_document(name)), encoding="utf-8")
    subprocess.run([installed.python, "-c", RENDER, *saved.values()], env=clean_environment(), check=True, timeout=90)
    return {name: path.with_suffix(".html") for name, path in saved.items()}


def _document(name: str) -> dict[str, object]:
    document = report_to_dict(REPORTS["threading" if name == "older" else name])
    if name == "older":
        # As it was saved before there were any of these.
        del document["outlook"], document["certificate"]
    return document


@pytest.fixture(scope="module")
def chromium(browser: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Containers that run as root have no sandbox to offer.
        started = playwright.chromium.launch(executable_path=browser, chromium_sandbox=False)
        yield started
        started.close()


@dataclass
class Reader:
    """One who opens pages from disk, without a network, and notes what the browser has to say."""

    browser: Browser
    pages: dict[str, Path]
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    opened: list[Page] = field(default_factory=list)

    def open(self, name: str, width: dict[str, int] | None = None, dark: bool = False) -> Page:
        """A page with all its charts drawn."""
        context = self.browser.new_context(
            viewport=width or WIDE,  # type: ignore[arg-type]  # a dict of the two is what the driver takes
            color_scheme="dark" if dark else "light",
            offline=True,
            permissions=["clipboard-read", "clipboard-write"],
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(self.pages[name].as_uri())
        charts = page.locator("[data-spec]")
        expect(page.locator("[data-drawn]")).to_have_count(charts.count())
        self.opened.append(page)
        return page


@pytest.fixture
def reader(chromium: Browser, pages: dict[str, Path]) -> Iterator[Reader]:
    reader = Reader(chromium, pages)
    yield reader
    for page in reader.opened:
        page.context.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_opens_from_disk_asks_for_nothing_and_fits_a_telephone(reader: Reader, name: str) -> None:
    page = reader.open(name, NARROW)
    _is_at_rest(reader, page, name)
    assert page.locator("[data-spec]").count() == (0 if name == "older" else len(figures_of(REPORTS[name])))


def test_charts_hold_every_measured_plan_and_the_ceilings_by_name(reader: Reader) -> None:
    page, report = reader.open("hybrid"), REPORTS["hybrid"]
    assert report.outlook is not None
    keys = ["spec-speedup", "spec-calls", "spec-surface", "spec-memory"]
    assert [chart.get_attribute("data-spec") for chart in page.locator("[data-spec]").all()] == keys
    speedup = page.locator("[data-spec=spec-speedup]")
    assert speedup.locator(".mark-line path").count() == len(report.outlook.curves)
    # The points, and the ring round the advised one.
    assert speedup.locator(".mark-symbol path").count() == len(report.outlook.measured) + 1
    words = " ".join(speedup.locator("svg text").all_text_contents())
    for expected in ("the GIL: threading", "the cores: multiprocessing, hybrid", "advised", "calls in flight"):
        assert expected in words
    assert "break-even" in page.locator("[data-spec=spec-calls]").inner_text()
    assert page.locator("[data-spec=spec-surface] .mark-rect path").count() == len(report.outlook.surface) + 1


def test_a_point_says_what_it_is_under_the_mouse(reader: Reader) -> None:
    page = reader.open("threading")
    point = page.locator("[data-spec=spec-speedup] .mark-symbol path").first
    point.scroll_into_view_if_needed()
    point.hover(force=True)
    tooltip = page.locator("#vg-tooltip-element.visible")
    expect(tooltip).to_contain_text("threads")
    assert reader.complaints == []


@pytest.mark.parametrize("name", ["hybrid", "multiprocessing", "serial"])
def test_the_first_screen_answers_what_how_many_what_gain_and_whether_it_is_safe(reader: Reader, name: str) -> None:
    page = reader.open(name)
    report = REPORTS[name]
    assert report.recommendation is not None
    answers = [page.locator(place) for place in ("h1", ".lead", ".facts", ".reason", ".code button")]
    if name != "serial":
        answers.append(page.locator(".race"))
    for answer in answers:
        expect(answer.first).to_be_visible()
        assert _box(answer.first)["y"] + _box(answer.first)["height"] <= WIDE["height"]
    assert report.recommendation.plan.model in page.locator("h1").inner_text()
    facts = page.locator(".facts").inner_text()
    assert "Safe." in facts
    assert f"{report.recommendation.confidence} confidence" in facts


def test_the_code_is_copied_to_the_letter(reader: Reader) -> None:
    page = reader.open("threading")
    button = page.get_by_role("button", name="Copy").first
    button.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == SNIPPET


def test_trials_sort_by_key_and_by_mouse_and_back_again(reader: Reader) -> None:
    page, report = reader.open("threading"), REPORTS["threading"]
    table = page.locator("table[data-sorts]")
    head = table.get_by_role("columnheader", name="speed-up")
    ran = _speedups(table)
    assert len(ran) == len(report.trials)
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    known = [figure for figure in ran if figure]
    assert _speedups(table) == [*sorted(known, key=float, reverse=True), ""]
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert _speedups(table) == [*sorted(known, key=float), ""]
    table.get_by_role("columnheader", name="plan").get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    models = [text.split(",")[0].split()[0] for text in table.locator("tbody th").all_inner_texts()]
    assert models == sorted(models, key=("serial", "threading", "multiprocessing", "hybrid").index)
    for _ in range(2):
        table.get_by_role("columnheader", name="plan").get_by_role("button").click()
    assert _speedups(table) == ran


def test_dark_readers_get_a_dark_page_and_dark_charts(reader: Reader) -> None:
    light, dark = reader.open("hybrid"), reader.open("hybrid", dark=True)
    paper = "getComputedStyle(document.body).backgroundColor"
    assert _brightness(light.evaluate(paper)) > 200
    assert _brightness(dark.evaluate(paper)) < 60
    for page, inked in ((light, range(150)), (dark, range(110, 256))):
        lines = page.locator("[data-spec=spec-speedup] .mark-line path").all()
        colours = {line.evaluate("element => getComputedStyle(element).stroke") for line in lines}
        assert len(colours) == len(lines)
        assert all(_brightness(colour) in inked for colour in colours)


def test_print_has_paper_and_ink_and_nothing_to_press(reader: Reader) -> None:
    page = reader.open("threading", dark=True)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert _brightness(page.evaluate("getComputedStyle(document.body).color")) < 60
    expect(page.get_by_role("button", name="Copy").first).to_be_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [("hybrid", WIDE, False), ("multiprocessing", NARROW, True), ("asyncio", WIDE, True), ("older", NARROW, False)],
)
def test_axe_finds_nothing_serious(reader: Reader, name: str, width: dict[str, int], dark: bool) -> None:
    page = reader.open(name, width, dark)
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize(("name", "text"), list(zip(HOSTILE_NAMES, HOSTILE, strict=True)), ids=HOSTILE_NAMES)
def test_hostile_text_stays_text(reader: Reader, name: str, text: str) -> None:
    page = reader.open(name, NARROW)
    _is_at_rest(reader, page, name)
    assert page.locator("img, iframe, object, input, [onerror], [src]").count() == 0
    shown = page.locator("#snippet").text_content()
    assert shown is not None
    # HTML has no NUL.
    assert shown.split() == text.replace("\x00", "").split()


def _is_at_rest(reader: Reader, page: Page, name: str) -> None:
    """Nothing complained of, nothing asked for but the file, and no wider than the screen."""
    assert reader.complaints == []
    assert reader.requests == [reader.pages[name].as_uri()]
    assert reader.pages[name].stat().st_size < 1_200_000
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    for chart in page.locator(".chart svg").all():
        assert _box(chart)["x"] + _box(chart)["width"] <= NARROW["width"]


def _speedups(table: Locator) -> list[str]:
    return [cell.get_attribute("data-value") or "" for cell in table.locator("tbody td:nth-child(2)").all()]


def _box(place: Locator) -> dict[str, float]:
    box = place.bounding_box()
    assert box is not None
    return dict(box)  # type: ignore[arg-type]  # a TypedDict of floats


def _brightness(colour: str) -> int:
    """Of ``rgb(1, 2, 3)``, from 0 to 255."""
    return sum(int(part) for part in colour.strip("rgba()").split(",")[:3]) // 3
