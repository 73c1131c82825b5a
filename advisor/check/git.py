"""What git says has changed. Git itself is passed in, so that tests need none."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import UnusableError

RunGit = Callable[[Path, Sequence[str]], str | None]
"""(folder, words) -> what git prints, or ``None`` where it fails or there is none."""
GIT_SECONDS = 60


def run_git(folder: Path, words: Sequence[str]) -> str | None:
    """Run git in a folder."""
    try:
        done = subprocess.run(
            ["git", *words],  # noqa: S607 - the user's own git, as in the user's shell
            cwd=folder, capture_output=True, timeout=GIT_SECONDS, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None


def top_folder(folder: Path, git: RunGit = run_git) -> Path | None:
    """The repository's folder."""
    said = git(folder, ("rev-parse", "--show-toplevel"))
    return Path(said.rstrip("\n")) if said else None


def changed_since(reference: str, folder: Path, git: RunGit = run_git) -> frozenset[Path]:
    """Every file that differs from the commit at which this branch left the reference, committed or not.

    Raises:
        UnusableError: there is no git, no repository or no such reference.
    """
    top = top_folder(folder, git)
    if top is None:
        raise UnusableError(f"--changed-since {reference}: {folder} is in no git repository, or there is no git here.")
    commit = git(folder, ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}"))
    if not commit:
        raise UnusableError(
            f"--changed-since {reference}: git knows no such commit. "
            "In CI, fetch it first (a checkout of depth 1 has no history)."
        )
    # Without a common ancestor, as in a shallow checkout, the reference itself has to do.
    base = (git(folder, ("merge-base", commit.strip(), "HEAD")) or commit).strip()
    changed = git(top, ("diff", "--name-only", "-z", "--no-renames", base, "--"))
    new = git(top, ("ls-files", "--others", "--exclude-standard", "-z"))
    if changed is None or new is None:
        raise UnusableError(f"--changed-since {reference}: git cannot compare with it.")
    return frozenset(top / name for name in (changed + new).split("\0") if name)


def content_at(reference: str, path: Path, folder: Path, git: RunGit = run_git) -> str | None:
    """A file as it was at the reference; ``None`` where it was not there."""
    top = top_folder(folder, git)
    if top is None or not path.is_relative_to(top):
        return None
    return git(top, ("show", f"{reference}:{path.relative_to(top).as_posix()}"))
