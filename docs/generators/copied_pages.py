"""Pages and files that stand elsewhere in the repository, with their links as they are on the site."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from docs.generators.site_address import ROOT, project_urls

PAGES = {
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
    "security.md": "SECURITY.md",
    "gallery/index.md": "reports/samples/README.md",
}
"""The page on the site, and the file that it is."""
GALLERY = ROOT / "reports" / "samples"
LINK = re.compile(r"\]\((?!https?:|#|mailto:)(?P<path>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")


def pages() -> dict[str, str]:
    """The Markdown of each page by its path on the site."""
    return {page: on_site((ROOT / source).read_text(encoding="utf-8"), page, source) for page, source in PAGES.items()}


def gallery_files() -> dict[str, Path]:
    """The files of the gallery by their paths on the site."""
    found = (path for path in sorted(GALLERY.rglob("*")) if path.is_file() and path.suffix != ".md")
    return {f"gallery/{path.relative_to(GALLERY).as_posix()}": path for path in found}


def on_site(text: str, page: str, source: str) -> str:
    """The text with each link to a file of the repository leading to its page, its copy, or the repository itself.

    Args:
        text: Markdown.
        page: its path on the site.
        source: its path in the repository.
    """
    here, copies = PurePosixPath(source).parent, {file: one for one, file in PAGES.items()}
    copies |= {f"reports/samples/{path.removeprefix('gallery/')}": path for path in gallery_files()}

    def led(link: re.Match[str]) -> str:
        target = _normal(here / link["path"])
        if target in copies:
            path = _relative(copies[target], page)
        elif target.startswith("docs/") and target.endswith(".md"):
            path = _relative(target.removeprefix("docs/"), page)
        else:
            path = f"{project_urls()['Repository']}/blob/main/{target}"
        return f"]({path}{link['anchor'] or ''})"

    return LINK.sub(led, text)


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _relative(path: str, page: str) -> str:
    return "../" * (len(PurePosixPath(page).parts) - 1) + path
