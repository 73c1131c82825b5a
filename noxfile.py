"""The checks under every interpreter that is supported: ``nox -l`` lists them, ``nox -s tests-3.13`` runs one.

``make test`` is the same as one session of tests with lint, in the environment of the Makefile.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import nox
from packaging.requirements import Requirement

HOST_PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
PROBE_PYTHONS = ("3.9", "3.10", *HOST_PYTHONS, "3.13t", "3.14t", "3.15t")
"""In which functions may run; the program itself needs one of the others."""

nox.needs_version = ">=2024.4"
nox.options.sessions = ("lint", "tests", "docs")
nox.options.error_on_missing_interpreters = False


@nox.session(python=HOST_PYTHONS)
def tests(session: nox.Session) -> None:
    """Every test; words after -- go to pytest."""
    session.install("--editable", ".[dev]")
    session.run("pytest", *session.posargs)


@nox.session(python=HOST_PYTHONS[0])
def lint(session: nox.Session) -> None:
    """What `make lint` checks."""
    session.install("--editable", ".[dev]")
    make(session, "lint")


@nox.session(python=HOST_PYTHONS[0])
def docs(session: nox.Session) -> None:
    """The documentation; every warning is an error."""
    session.install("--editable", ".[docs]")
    session.run("python", "-m", "mkdocs", "build", "--strict", "--site-dir", session.create_tmp())


@nox.session(python=HOST_PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """The fast tests with the lowest version of each dependency that pyproject.toml allows."""
    constraints = Path(session.create_tmp()) / "lowest.txt"
    constraints.write_text("\n".join(lowest_versions()), encoding="utf-8")
    session.install("--editable", ".[dev]", "--constraint", str(constraints))
    # The linter of imports needs newer libraries than the program does.
    left_out = "--ignore=tests/project/test_import_contracts.py"
    session.run("pytest", "-m", "not live", left_out, *session.posargs)


@nox.session(python=HOST_PYTHONS[0])
def probe(session: nox.Session) -> None:
    """A function in every interpreter that is found: names on the path, and what ADVISOR_TEST_PYTHONS lists."""
    session.install("--editable", ".[dev]")
    named = filter(None, (shutil.which(f"python{version}") for version in PROBE_PYTHONS))
    listed = os.pathsep.join([*named, os.environ.get("ADVISOR_TEST_PYTHONS", "")])
    session.run("pytest", "tests/live/test_probe_live.py", *session.posargs, env={"ADVISOR_TEST_PYTHONS": listed})


@nox.session(python=HOST_PYTHONS[0])
def coverage(session: nox.Session) -> None:
    """What `make coverage` reports."""
    session.install("--editable", ".[dev]")
    make(session, "coverage")


def make(session: nox.Session, target: str) -> None:
    """A target of the Makefile in this session's environment, which has what it needs."""
    environment = session.virtualenv.location
    session.run("make", "-o", f"{environment}/.dev.stamp", target, f"VENV={environment}", external=True)


def lowest_versions() -> Iterator[str]:
    """Each dependency of users at its lower bound, those of the extra parquet too."""
    project = nox.project.load_toml("pyproject.toml")["project"]
    for line in [*project["dependencies"], *project["optional-dependencies"]["parquet"]]:
        requirement = Requirement(line)
        for bound in requirement.specifier:
            if bound.operator == ">=":
                yield f"{requirement.name}=={bound.version}"
