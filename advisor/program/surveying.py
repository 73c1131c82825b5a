"""The first run of the program: sampled, then read for its sites."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..child.interpreter import Ask, ChildLimits, Children
from ..errors import FunctionFailedError, UnusableError
from ..formatting import one_line
from ..probe.program.sites import Site
from ..records.decoding import decode
from ..records.program import FindOptions, ProgramCommand
from . import project, survey
from .running import Ended, Look, run_program
from .standard_input import StandardInput

READING_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Surveyed:
    """The program as the survey saw it."""

    run: Ended
    samples: survey.Survey
    sources: tuple[str, ...]
    """The folders of its own code."""
    paths: Mapping[str, str]
    """For each file, as the sites name it, its path."""
    texts: Mapping[str, bytes]
    """The files by path, as they were."""
    times: tuple[survey.SiteTime, ...]
    waits: Mapping[str, int]
    """For the ids of sites that hand work out, the line up to which it is waited for."""
    modules: Mapping[str, str]
    """The names under which files, by path, were imported."""
    search_path: tuple[str, ...]
    """Folders that the program imports from, beside the usual."""
    main_file: str | None

    def is_main(self, path: str) -> bool:
        """Whether a file ran as ``__main__``."""
        return path not in self.modules

    @property
    def texts_by_name(self) -> Mapping[str, bytes]:
        """The files by the names that sites have for them."""
        return {name: self.texts[path] for name, path in self.paths.items() if path in self.texts}

    @property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 of each file that has a site, by the name that the sites have for it."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.texts_by_name.items()}


def survey_program(
    children: Children,
    ask: Ask,
    command: ProgramCommand,
    options: FindOptions,
    folder: Path,
    standard_input: StandardInput,
    memory_bytes: int,
) -> Surveyed:
    """Run the program once and see where its time goes.

    Raises:
        UnusableError: it cannot be started.
        FunctionFailedError: it raised or crashed on its own.
    """
    sources = project.source_folders(command, folder)
    request = {"look": "survey", "sources": list(sources), "includes": list(options.includes)}
    look = Look(name="survey", command=command, request=request, shown=True)
    run = run_program(children, options.trying.python, look, standard_input)
    if run.watched is None:
        raise UnusableError(f"{command.name} ended before it began (exit status {run.exit_status}).")
    _refuse_failure(run)
    samples = survey.read_survey(run.watched)
    files = sorted({place.file for stack in samples.stacks for place in stack.places})
    paths = {project.shown_path(file, folder): file for file in files}
    limits = ChildLimits(silence_seconds=READING_SECONDS, total_seconds=READING_SECONDS, memory_bytes=memory_bytes)
    asked = {"task": "read_sites", "files": [[path, name] for name, path in paths.items()]}
    answer = ask(options.trying.python, asked, limits)
    sites = tuple(decode(Site, fields) for fields in answer["sites"])
    return Surveyed(
        run=run,
        samples=samples,
        sources=sources,
        paths=paths,
        texts=_texts(files),
        times=survey.site_times(samples, sites, paths, answer["waits"], run.wall_seconds),
        waits=answer["waits"],
        modules=run.watched["modules"],
        search_path=tuple(run.watched["path"]),
        main_file=None if command.script is None else str((folder / command.script).absolute()),
    )


def _refuse_failure(run: Ended) -> None:
    watched = run.watched or {}
    if watched.get("not_begun"):
        raise UnusableError(f"The program cannot be started: {one_line(watched['not_begun'])}.")
    failure = watched.get("failure")
    if failure is not None and run.interrupted_after_seconds is None:
        raise FunctionFailedError(f"The program failed on its own: {one_line(failure)}. Nothing was judged.")
    if run.exit_status < 0 and run.interrupted_after_seconds is None:
        raise FunctionFailedError(f"The program was ended by signal {-run.exit_status}. Nothing was judged.")


def _texts(files: Sequence[str]) -> Mapping[str, bytes]:
    found = {}
    for file in files:
        try:
            found[file] = Path(file).read_bytes()
        except OSError:
            continue
    return found
