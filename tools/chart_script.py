"""Makes the script that draws a page's charts, and the licences of what is in it: ``python -m tools.chart_script``.

vl-convert holds Vega, Vega-Lite and Vega-Embed with all that they import, and bundles of it what our lines need; npm
fetches their licences, from releases of the same major version.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import vl_convert

from advisor.reports.charts import script

_PACKAGE = re.compile(rb"/npm/((?:@[a-z-]+/)?[a-z0-9._-]+)@(\d+\.\d+\.\d+)/\+esm")
_LICENCE_NAMES = ("LICENSE*", "LICENCE*", "license*", "COPYING*")


def build(lines: str) -> str:
    """The libraries with the lines that use them, as it may stand in a script element."""
    bundle: str = vl_convert.javascript_bundle(lines)
    # Inside a string or a pattern of a script the backslash changes nothing; in HTML it keeps the element open.
    return bundle.replace("</script", "<\\/script")


def packages() -> tuple[tuple[str, str], ...]:
    """(name, version) of each package that a bundle may hold, from the addresses that vl-convert took them from."""
    library = importlib.import_module("vl_convert.vl_convert").__file__ or ""
    newest: dict[str, str] = {}
    for name, version in _PACKAGE.findall(Path(library).read_bytes()):
        known = newest.get(name.decode(), "0")
        newest[name.decode()] = max(known, version.decode(), key=lambda text: [int(part) for part in text.split(".")])
    return tuple(sorted(newest.items()))


def notices(named: Iterable[tuple[str, str]], modules: Path) -> str:
    """Who made what is bundled and under which licence; packages with the same text stand together.

    Args:
        named: Packages as (name, version).
        modules: The folder into which npm put them.

    Raises:
        LookupError: a package names no licence.
    """
    by_text: dict[str, list[str]] = {}
    for name, version in named:
        by_text.setdefault(_licence(modules / name), []).append(f"{name} {version}")
    return "\n\n".join(f"{', '.join(names)}\n\n{text}" for text, names in by_text.items()) + "\n"


def _licence(package: Path) -> str:
    for pattern in _LICENCE_NAMES:
        for file in sorted(package.glob(pattern)):
            return "\n".join(line.rstrip() for line in file.read_text(encoding="utf-8").strip().splitlines())
    described = json.loads((package / "package.json").read_text(encoding="utf-8"))
    if not described.get("license"):
        raise LookupError(f"{package.name} names no licence")
    author = described.get("author") or {}
    maker = author if isinstance(author, str) else author.get("name", "")
    return f"{described['license']} licence. Copyright {maker or 'its authors'}."


def _make() -> None:
    named = packages()
    with tempfile.TemporaryDirectory() as folder:
        compatible = [f"{name}@^{version}" for name, version in named]
        quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--force"]
        subprocess.run(["npm", "install", "--prefix", folder, *quietly, *compatible], check=True)  # noqa: S607 - npm is on PATH
        licences = notices(named, Path(folder) / "node_modules")
    content = script.spelt(licences, build(script.lines())).encode()
    script.LICENCES.write_text(licences, encoding="utf-8", newline="\n")
    script.SCRIPT.write_bytes(content)
    script.DIGEST.write_text(f"{hashlib.sha256(content).hexdigest()}  {script.SCRIPT.name}\n", encoding="ascii")


if __name__ == "__main__":
    _make()
