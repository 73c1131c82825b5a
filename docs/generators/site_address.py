"""The project's addresses, from ``[project.urls]``."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def project_urls() -> dict[str, str]:
    """Every address by its name, as a package index shows them."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        urls: dict[str, str] = tomllib.load(file)["project"]["urls"]
    return urls
