"""The gallery as it is committed: it opens, names no machine, and its index and picture are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisor.inputs import saved_report
from benchmarks import samples

ROOT = Path(__file__).parents[2]
TEXTS = sorted(path for path in samples.FOLDER.rglob("*") if path.suffix in {".json", ".md", ".csv", ".html"})
MACHINE = re.compile(
    r"(?<![\w.~-])/(?:home|root|Users|work|tmp|opt|mnt|srv|var|private)/|C:\\\\Users|://(?!www\.w3\.org|json-schema)"
)
BUNDLE = re.compile(r"(?s)<script.*?</script>")


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_every_sample_is_there_and_opens(name: str) -> None:
    report = saved_report.read(samples.FOLDER / name / "report.json")
    assert report.recommendation is not None
    assert report.target.name == samples.SAMPLES[name].target
    assert report.interrupted is None
    assert (samples.FOLDER / name / "report.html").stat().st_size < 1_200_000


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_sample_names_the_machine(path: Path) -> None:
    found = MACHINE.search(BUNDLE.sub("", path.read_text(encoding="utf-8")))
    assert found is None, found


def test_index_picture_and_readme_hold_together() -> None:
    index = (samples.FOLDER / "README.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", index):
        assert (samples.FOLDER / link).exists(), link
    assert 0 < (samples.FOLDER / samples.PICTURE).stat().st_size <= samples.MOST_PICTURE_BYTES
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "/gallery/)" in readme
    assert "reports/samples/picture.png" in readme
