"""What MkDocs calls: fills the marked places of pages, and adds the pages that stand elsewhere in the repository."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File, Files

from docs.generators import commands, constants, copied_pages, finding_codes, report_fields, site_address

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

PARTS: Mapping[str, Callable[[], str]] = {
    "commands": commands.markdown,
    "report fields": report_fields.markdown,
    "finding codes": finding_codes.markdown,
    "constants": constants.markdown,
}
"""What stands at ``<!-- generated: NAME -->``."""
MARK = re.compile(r"<!-- generated: (?P<name>[a-z ]+) -->")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Take the addresses from the one place that has them."""
    urls = site_address.project_urls()
    config.site_url = urls["Documentation"]
    config.repo_url = urls["Repository"]
    config.nav = [entry for part in config.nav or () for entry in expanded(part, Path(config.docs_dir))]
    return config


def expanded(entry: Any, folder: Path) -> list[Any]:
    """An entry of the navigation with every folder (``reference/review/``) as the pages in it; none where it has none.

    Args:
        entry: a page's path, or a title with a path or with entries below it.
        folder: that of the pages.
    """
    if isinstance(entry, str):
        return [entry]
    ((title, below),) = entry.items()
    if isinstance(below, list):
        return [{title: [one for part in below for one in expanded(part, folder)]}]
    if not below.endswith("/"):
        return [entry]
    pages = [path.relative_to(folder).as_posix() for path in sorted((folder / below).glob("*.md"))]
    return [{title: pages}] if pages else []


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the contributor's page, the changelog, the security policy and the gallery."""
    for path, text in copied_pages.pages().items():
        files.append(File.generated(config, path, content=text))
    for path, source in copied_pages.gallery_files().items():
        files.append(File.generated(config, path, abs_src_path=str(source)))
    return files


def on_page_markdown(markdown: str, **_context: object) -> str:
    """Fill the marked places."""
    return MARK.sub(lambda mark: PARTS[mark["name"]](), markdown)
