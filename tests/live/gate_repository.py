"""A small project in git, whose targets the gate checks: what is committed to it, and what breaks it."""

from __future__ import annotations

import subprocess
from pathlib import Path

FILES = {
    "pyproject.toml": """\
[tool.advisor]
seed = 7

[[tool.advisor.targets]]
target = "shop.blocks:stretch"
inputs_from = "shop.blocks:blocks"
expect = "threading"

[[tool.advisor.targets]]
target = "shop.web:fetch"
inputs_from = "shop.web:names"
""",
    ".gitignore": "reports/\n__pycache__/\n",
    "shop/__init__.py": "",
    "shop/blocks.py": '''\
"""Keys from passwords."""

import hashlib

ROUNDS = 12_000


def blocks():
    return [bytes([number]) * 64 for number in range(48)]


def stretch(block):
    """In native code, which lets the GIL go."""
    return hashlib.pbkdf2_hmac("sha256", block, b"salt", ROUNDS)
''',
    "shop/page.py": '''\
"""What a server sends."""


class Page:
    def __init__(self, name):
        self.name = name
        self.words = [name] * 20

    def __eq__(self, other):
        return self.name == other.name
''',
    "shop/web.py": '''\
"""Pages of a slow server."""

import time

from shop.page import Page

seen = []


def names():
    return [f"page-{number}" for number in range(40)]


def fetch(name):
    """Waits for the server."""
    time.sleep(0.01)
    return Page(name)
''',
}

HOLDS_THE_GIL = (
    "shop/blocks.py",
    '    return hashlib.pbkdf2_hmac("sha256", block, b"salt", ROUNDS)\n',
    """\
    state = 0
    for byte in block * 900:
        state = (state * 31 + byte) % 65521
    return state
""",
)
UNPICKLABLE = (
    "shop/page.py",
    "        self.words = [name] * 20\n",
    "        self.words = [name] * 20\n        self.size = lambda: len(self.words)\n",
)
WRITES_A_GLOBAL = (
    "shop/web.py",
    "    time.sleep(0.01)\n",
    "    global seen\n    time.sleep(0.01)\n    seen = [*seen, name]\n",
)
HARMLESS = (
    ("shop/blocks.py", '"""Keys from passwords."""', '"""Keys from passwords, slowly."""'),
    ("shop/web.py", "Waits for the server.", "Waits for the server, which is slow."),
    ("shop/blocks.py", "ROUNDS = 12_000", "ROUNDS = 12_500"),
    ("shop/page.py", "[name] * 20", "[name] * 22"),
    ("shop/web.py", "    time.sleep(0.01)\n", "    time.sleep(0.012)\n"),
    ("shop/web.py", "    return Page(name)\n", "    page = Page(name)\n    return page\n"),
    ("shop/blocks.py", "range(48)", "range(52)"),
    ("shop/page.py", "    def __eq__", "    def __hash__(self):\n        return hash(self.name)\n\n    def __eq__"),
    ("shop/blocks.py", "import hashlib\n", "import hashlib\nimport json  # noqa: F401\n"),
    ("shop/web.py", "seen = []\n", "seen = []\nlimit = 40\n"),
)
"""What changes nothing that decides the model."""


def make(folder: Path) -> None:
    """The project, with one commit."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "the project")


def edit(folder: Path, change: tuple[str, str, str]) -> None:
    """Commit a change: in a file, from one text to another."""
    name, old, new = change
    path = folder / name
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"{name} has no {old!r}")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    commit(folder, f"change {name}")


def commit(folder: Path, message: str) -> None:
    """Commit all there is."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def line_of(folder: Path, name: str, text: str) -> int:
    """The number of the first line that holds the text."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def git(folder: Path, *words: str) -> None:
    """Run git, without the user's own settings."""
    subprocess.run(
        ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false", *words],
        cwd=folder, check=True, stdin=subprocess.DEVNULL, capture_output=True,
    )  # fmt: skip
