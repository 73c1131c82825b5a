"""The gallery of reports/samples/: real analyses, written without anything that names this machine.

``python -m benchmarks.samples [NAME ...]`` (or ``make samples``) runs them all, or those named, and writes the index
and the picture anew. Run it on a quiet machine: the figures are what a reader judges by.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from advisor.errors import FunctionFailedError
from advisor.inputs import checked_options, saved_report
from advisor.inputs.saved_report import report_from_dict
from advisor.pipeline import analysis
from advisor.pipeline.progress import open_progress
from advisor.records import Report
from advisor.reports import files, markdown, terminal, wording
from advisor.reports.report_json import report_to_dict
from workloads.catalogue import CATALOGUE, Workload

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "reports" / "samples"
FILES = ("report.json", "report.html", "report.md", "trials.csv")
PICTURE = "picture.png"
PICTURED = "threading"
PICTURE_SIZE = "900,700"
MOST_PICTURE_BYTES = 150_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BUDGET_SECONDS = 20.0
_KERNEL = re.compile(r"\b(Linux-\d+\.\d+)[^\s\"]*?-(x86_64|aarch64)")


def _of_catalogue(name: str) -> Workload:
    (workload,) = [one for one in CATALOGUE if one.name == name]
    return workload


SAMPLES: Mapping[str, Workload] = {
    "threading": _of_catalogue("derive-key"),
    "multiprocessing": _of_catalogue("read-account"),
    "hybrid": _of_catalogue("wait-50"),
    "asyncio": _of_catalogue("fetch-feed"),
    "serial": _of_catalogue("list-events"),
    "unsafe": Workload(
        "number-invoice",
        "workloads.showcase:number_invoice",
        "workloads.showcase:orders",
        physics="It waits, so threads would be fast; but it counts in a global, and calls that overlap get the same "
        "number.",
    ),
    "failed": Workload(
        "fetch-in-time",
        "workloads.showcase:fetch_in_time",
        "workloads.showcase:stock_paths",
        setup="workloads.web:start_slow_server",
        physics="It waits, but limits the wait by a signal, which only a main thread may set: every call in a thread "
        "fails. Each process has a main thread of its own.",
    ),
}
"""What each part of the gallery is named after, and the function it is about."""
BROKEN = Workload("parse-price", "workloads.showcase:parse_price", "workloads.showcase:prices")
"""It raises on one of its items."""


def machine_words() -> dict[str, str]:
    """What names this machine, and what stands for it in the gallery; the longest first."""
    known = {
        f"{ROOT}/": "",
        str(ROOT): ".",
        sys.executable: "python",
        str(Path(sys.executable).resolve()): "python",
        sys.prefix: ".venv",
        tempfile.gettempdir(): "TEMPORARY",
        str(Path.home()): "HOME",
    }
    return dict(sorted(known.items(), key=lambda pair: -len(pair[0])))


def neutral(report: Report, words: Mapping[str, str]) -> Report:
    """The report with every word that names the machine replaced, wherever it stands.

    Args:
        report: A report of an analysis.
        words: What to replace, by what; applied in order to every string.
    """

    def replaced(value: object) -> object:
        if isinstance(value, dict):
            return {key: replaced(part) for key, part in value.items()}
        if isinstance(value, list):
            return [replaced(part) for part in value]
        if not isinstance(value, str):
            return value
        for word, stand_in in words.items():
            value = value.replace(word, stand_in)
        return _KERNEL.sub(r"\1-\2", value)

    return report_from_dict(replaced(report_to_dict(report)))


def index(reports: Mapping[str, Report], failure: str) -> str:
    """The gallery's README.md.

    Args:
        reports: By the names of ``SAMPLES``; some may be missing.
        failure: What the command says of ``BROKEN``.
    """
    lines = [_INTRODUCTION, "| sample | what it shows | the advice | safety |", "| --- | --- | --- | --- |"]
    for name, report in reports.items():
        files = ", ".join(f"[{file}]({name}/{file})" for file in FILES)
        verdict = markdown.escape(wording.verdict(report))
        safety = markdown.escape(next(iter(wording.certificate(report)), "–"))
        lines.append(f"| **{name}**: {files} | {SAMPLES[name].physics} | {verdict} | {safety} |")
    lines += ["", _ON_FAILURE, "", "```console", f"$ {BROKEN.command()}", failure, "```"]
    pictured = reports.get(PICTURED)
    if pictured is not None:
        text = terminal.render(pictured, lines=40).rstrip()
        lines += ["", f"The same on a terminal, for **{PICTURED}**:", "", "```text", text, "```"]
    return "\n".join(lines) + "\n"


def main(names: Sequence[str]) -> None:
    """Analyse, write, and make index and picture of all that is there."""
    words = machine_words()
    for name in names or SAMPLES:
        print(f"{name}: {SAMPLES[name].command()}", file=sys.stderr)
        files.write(neutral(_analysis(SAMPLES[name]), words), _files(name))
    again()


def again() -> None:
    """Render the saved reports, the index and the picture anew, measuring nothing that they show."""
    saved = {name: saved_report.read(_files(name)[0]) for name in SAMPLES if _files(name)[0].exists()}
    for name, report in saved.items():
        files.write(report, _files(name))
    failure = _replaced(_failure_of(BROKEN), machine_words())
    (FOLDER / "README.md").write_text(index(saved, failure), encoding="utf-8")
    take_picture(FOLDER / PICTURED / "report.html", FOLDER / PICTURE)


def _files(name: str) -> list[Path]:
    return [FOLDER / name / file for file in FILES]


def take_picture(page: Path, picture: Path) -> None:
    """What a browser shows of a page on its first screen; the old picture stays where there is no browser."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print("no browser: the picture is left as it is", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser, "--headless", "--disable-gpu", "--no-sandbox", "--hide-scrollbars", f"--user-data-dir={profile}",
            "--virtual-time-budget=5000", f"--window-size={PICTURE_SIZE}", f"--screenshot={picture}", page.as_uri(),
        ]  # fmt: skip
        with contextlib.suppress(subprocess.CalledProcessError):
            subprocess.run(command, check=True, capture_output=True)
    size = picture.stat().st_size if picture.exists() else 0
    if not 0 < size <= MOST_PICTURE_BYTES:
        print(f"{picture.name} has {size} bytes; it should have at most {MOST_PICTURE_BYTES}", file=sys.stderr)


def _analysis(workload: Workload) -> Report:
    job = checked_options.make_job(
        workload.target,
        ROOT,
        inputs_from=workload.inputs_from,
        unpack=workload.unpack if workload.unpack != "none" else None,
        calls=workload.calls,
        setup=workload.setup,
    )
    options = checked_options.make_options(budget=BUDGET_SECONDS)
    progress = open_progress(False, options.budget_seconds)
    try:
        return analysis.analyze(job, options, progress)
    finally:
        progress.close()


def _failure_of(workload: Workload) -> str:
    try:
        _analysis(workload)
    except FunctionFailedError as error:
        return f"advisor: {error}"
    raise RuntimeError(f"{workload.target} was to fail and did not.")


def _replaced(text: str, words: Mapping[str, str]) -> str:
    for word, stand_in in words.items():
        text = text.replace(word, stand_in)
    return text


_INTRODUCTION = f"""# Samples

Reports of real analyses of functions in [workloads/](../../workloads/), {BUDGET_SECONDS:.0f} seconds each. Open a
`report.html` from disk; GitHub shows the `report.md`. Paths are relative to the repository's root.

`make samples` makes all of it anew, this text included.
"""
_ON_FAILURE = (
    "Where the function itself fails there is no report; the command says on which item, and ends with status 3:"
)


if __name__ == "__main__":
    if sys.argv[1:] == ["--again"]:
        again()
    else:
        main(sys.argv[1:])
