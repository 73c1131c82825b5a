"""What is shown first: short, with links that work from a package index's page, and with figures that were measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.generators import copied_pages, site_address
from tests.docs.fenced_blocks import ROOT, blocks

README = (ROOT / "README.md").read_text(encoding="utf-8")
URLS = site_address.project_urls()
LINKS = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"(?ms)^```.*?^```$", "", README))
ADDRESSED = [
    *(ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CITATION.cff", "action.yml")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / ".github").rglob("*.*ml")),
]
SERVICES = ("actions/", "github/", "pypa/", "pre-commit/", "astral-sh/")
PROJECT = "concurrency-advisor/concurrency-advisor"


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_its_two_commands_come_before_all_else() -> None:
    (console,) = [block for block in blocks("console") if block.page.name == "README.md" and "make demo" in block.text]
    assert re.findall(r"^\$ (make \w+)", console.text, re.MULTILINE) == ["make demo", "make test"]


@pytest.mark.parametrize("link", sorted(set(LINKS)))
def test_a_link_leads_to_what_is_there_from_anywhere(link: str) -> None:
    address = link.partition("#")[0]
    for kind in ("blob", "raw"):
        place = f"{URLS['Repository']}/{kind}/main/"
        if address.startswith(place):
            assert (ROOT / address.removeprefix(place)).is_file()
            return
    assert address.startswith(URLS["Documentation"])
    page = address.removeprefix(URLS["Documentation"]).strip("/") or "index"
    copied = copied_pages.PAGES
    assert {f"{page}.md", f"{page}/index.md"} & copied.keys() or (ROOT / "docs" / f"{page}.md").is_file()


def test_the_picture_and_the_gallery_are_shown() -> None:
    assert f"({URLS['Repository']}/raw/main/reports/samples/picture.png)" in README
    assert f"({URLS['Documentation']}gallery/)" in README


@pytest.mark.parametrize("path", ADDRESSED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_project_has_one_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for place in re.findall(r"github\.com/([\w.-]+/[\w.-]+)", text):
        # The pages of the review's checks cite issues of the projects that they are about.
        cited = "docs/reference/review" in path.as_posix()
        assert cited or place.removesuffix(".git") == PROJECT or place.startswith(SERVICES)
    assert all(place == URLS["Documentation"] for place in re.findall(r"https://[\w-]+\.github\.io/[\w-]*/?", text))
    assert f"https://github.com/{PROJECT}" == URLS["Repository"] == URLS["Homepage"]


def test_its_figures_are_those_of_the_page_on_accuracy() -> None:
    section = README.split("## How good it is")[1].split("\n## ")[0]
    known, unseen, safety = ((ROOT / "docs" / "accuracy" / f"{name}.md").read_text("utf-8") for name in _SECTIONS)
    best, rule = re.findall(r"\*\*(0\.\d+)\*\* of the best.*?rule of thumb reaches (0\.\d+)", section, re.DOTALL)[0]
    assert best in known
    assert rule in known
    best, rule = re.findall(r"\*\*(0\.\d+)\*\* on 34.*?rule of thumb reaches (0\.\d+)", section, re.DOTALL)[0]
    assert best in unseen
    assert rule in unseen
    caught, of, accused, safe = re.findall(r"\*\*(\d+) of (\d+)\*\* unsafe.*?(\d+) of (\d+) safe", section, re.DOTALL)[
        0
    ]
    assert f"caught: {caught} of {of}" in safety
    assert f"accused: {accused} of {safe}" in safety
    version, date = re.findall(r"version (\S+), (\d{4}-\d\d-\d\d)", section)[0]
    assert all(f"Version {version}, {date}" in text for text in (known, unseen, safety))


_SECTIONS = ("known", "unseen", "safety")
