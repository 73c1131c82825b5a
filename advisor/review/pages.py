"""A page of documentation for each check, made from the table: ``python -m advisor.review.pages FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from .records import Rule
from .table import RULES


def page(rule: Rule) -> str:
    """Markdown: what happens, why, wrong, right, how to switch it off, sources."""
    sources = "\n".join(f"- [{title}]({address})" for title, address in rule.sources)
    fix = "\n`advisor review --fix` rewrites it where the edit is certain.\n" if rule.fixable else ""
    return (
        f"# {rule.code}: {rule.name}\n\n"
        f"**{rule.severity.capitalize()}.** {rule.happens}\n\n"
        f"{rule.why}\n\n"
        f"## Wrong\n\n```python\n{rule.wrong}```\n\n"
        f"## Right\n\n{rule.advice}\n{fix}\n```python\n{rule.right}```\n\n"
        f"## Switch it off\n\nOn one line: `# advisor: ignore[{rule.code}]`. In a project: `ignore = "
        f'["{rule.code}"]` under '
        "`[tool.advisor.review]` in `pyproject.toml`.\n\n"
        f"## Sources\n\n{sources}\n"
    )


def index() -> str:
    """The list of all checks."""
    rows = "".join(
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity} | {rule.happens} |\n"
        for rule in RULES.values()
    )
    return (
        "# Checks of `advisor review`\n\n"
        "`advisor review` reads source and runs none of it. A severity is the highest that a check gives: "
        "where a mistake depends "
        "on what cannot be seen, the finding is a note.\n\n"
        f"| code | name | severity | what happens |\n| --- | --- | --- | --- |\n{rows}"
    )


def all_pages() -> dict[str, str]:
    """Every page by its file's name."""
    return {"index.md": index(), **{f"{code}.md": page(rule) for code, rule in RULES.items()}}


def write(folder: Path) -> None:
    """Write every page into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in all_pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
